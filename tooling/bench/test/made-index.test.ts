import { readSetupIni } from "@winvm/unattend";
import { expect, test } from "vitest";
import { makeIndex } from "../src/benchmarks/made-index.ts";

test("the made-up index is one, as large as a real one", async () => {
  const bytes = makeIndex(4000);
  const { packages } = await readSetupIni(bytes);
  expect(packages.size).toBe(4000);
  expect([...packages.values()].flatMap(({ versions }) => versions)).toHaveLength(5334);
  expect(bytes.length).toBeGreaterThan(2_000_000);
  expect(bytes.equals(makeIndex(4000))).toBe(true);
});

import { PassThrough } from "node:stream";
import { testStore } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { exitStatus, mapRuns, run } from "../src/index.ts";

test("the example of the README", { tags: ["vm"], timeout: 30 * 60_000 }, async () => {
  const stdout = new PassThrough();
  const types: string[] = [];
  const { outcome } = await run(
    {
      job: { command: { kind: "argv", argv: ["cmd", "/c", "ver"] } },
      stdout,
      timeoutMs: 60_000,
    },
    { store: testStore(), onEvent: (event) => types.push(event.type) },
  );
  expect(exitStatus(outcome)).toBe(0);
  expect(String(stdout.read())).toContain("Microsoft Windows");
  expect(types.at(-1)).toBe("outcome");
});

test("the list of the README", { tags: ["vm"], timeout: 30 * 60_000 }, async () => {
  const types: string[] = [];
  const report = await mapRuns(
    {
      jobs: 2,
      items: ["1", "2", "3"].map((shard) => () => ({
        job: { command: { kind: "argv", argv: ["cmd", "/c", "echo", `shard ${shard}`] } },
        stdout: new PassThrough(),
      })),
    },
    { store: testStore(), onMapEvent: (event) => void types.push(event.type) },
  );
  expect(report).toMatchObject({ items: 3, ok: 3, failed: 0 });
  expect(types.filter((type) => type === "item:end")).toHaveLength(3);
});

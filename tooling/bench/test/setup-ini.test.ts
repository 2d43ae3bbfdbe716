import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, onTestFinished, test, vi } from "vitest";
import { setupIni } from "../src/benchmarks/setup-ini.ts";

async function toldOf(data: string): Promise<string> {
  vi.stubEnv("WINVM_SHARED_DATA", data);
  onTestFinished(() => void vi.unstubAllEnvs());
  await using stack = new AsyncDisposableStack();
  const told: string[] = [];
  await setupIni.open({ store: data, tell: (text) => void told.push(text) }, stack);
  return told.join("\n");
}

test("the real index is read from where the reference data is, and made up where there is none", async () => {
  const data = temporaryDirectory();
  expect(await toldOf(data)).toContain("a made-up index");
  writeFileSync(join(data, "cygwin-x86_64-setup-20141015.ini"), "release: cygwin\n");
  expect(await toldOf(data)).toContain("the index of 2014-10-15: 16 bytes");
});

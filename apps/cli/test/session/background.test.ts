import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, onTestFinished, test } from "vitest";
import { startInBackground } from "../../src/session/background.ts";

test("nothing is started in the background once the session was cancelled", async () => {
  const program = join(temporaryDirectory(), "program.mjs");
  writeFileSync(program, "console.log('{}');");
  const [, own = ""] = process.argv;
  process.argv[1] = program;
  onTestFinished(() => void (process.argv[1] = own));
  expect(await startInBackground([], new AbortController().signal)).toEqual({});
  await expect(startInBackground([], AbortSignal.abort())).rejects.toMatchObject({
    code: "RUNTIME_ABORTED",
    asked: "start in the background",
  });
});

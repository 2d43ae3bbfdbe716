import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { createExchange } from "../src/index.ts";

test("the example of the README", { tags: ["host"] }, async () => {
  const directory = join(temporaryDirectory(), "xchg");
  const results = join(temporaryDirectory(), "results");
  const exchange = await createExchange(directory);
  const nonce = "0123456789abcdef";
  await exchange.stageJob(
    { command: { kind: "argv", argv: ["sh", "-c", 'echo done >"$WINVM_OUT/log"; exit 7'] } },
    { nonce },
  );
  const session = spawnSync("bash", [join(directory, "job", "run-job.sh"), nonce], {
    env: { ...process.env, WINVM_XCHG: directory },
  });
  await exchange.waitForStarted(nonce, { timeoutMs: 10_000 });
  const outcome = await exchange.readOutcome(nonce);
  await exchange.collectOutputs(results);

  expect(session.status).toBe(7);
  expect(outcome).toEqual({ kind: "exited", exitCode: 7 });
  expect(readFileSync(join(results, "log"), "utf8")).toBe("done\n");
});

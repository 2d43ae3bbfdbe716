import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { createExchange } from "@winvm/xchg";
import { expect, test } from "vitest";
import { verdictOf } from "../src/map/verdict.ts";
import { withOutputs } from "../src/job/outputs.ts";

const exited = { kind: "exited", exitCode: 7 } as const;

/** An exchange directory, and a place for its outputs that can't be one. */
async function places() {
  const root = temporaryDirectory();
  const exchange = await createExchange(join(root, "xchg"));
  writeFileSync(join(root, "file"), "");
  return { root, exchange, impossible: join(root, "file", "out") };
}

test("a command that has removed its outputs' directory keeps its exit code", async () => {
  const { root, exchange } = await places();
  rmSync(join(exchange.directory, "out"), { recursive: true });
  const outcome = await withOutputs(exchange, { directory: join(root, "new") }, exited, undefined);
  expect(outcome).toBe(exited);
});

test("outputs that can't be collected are told with the command's end, and are no reason to run it again", async () => {
  const { exchange, impossible } = await places();
  const outcome = await withOutputs(exchange, { directory: impossible }, exited, undefined);
  expect(outcome).toMatchObject({
    kind: "refused",
    error: {
      code: "XCHG_OUTPUTS_UNFIT",
      happened: expect.stringMatching(/^the command ended with exit code 7, but there is a fault:/),
      data: { outcome: exited, faults: [{ path: impossible }] },
    },
  });
  expect(verdictOf(outcome)).toBe("failed");
  const error = { name: "E", code: "E", message: "m", asked: "a", happened: "h" };
  const explained = { kind: "guestCrashed", error } as const;
  expect(await withOutputs(exchange, { directory: impossible }, explained, undefined)).toBe(
    explained,
  );
});

test("a cancel ends the collecting, and is the outcome", async () => {
  const { root, exchange } = await places();
  symlinkSync("/etc", join(exchange.directory, "out", "away"));
  const outcome = await withOutputs(
    exchange,
    { directory: join(root, "new") },
    exited,
    AbortSignal.abort(),
  );
  expect(outcome).toEqual({ kind: "cancelled" });
});

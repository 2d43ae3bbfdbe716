import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { checkRequest } from "../src/request-rules.ts";
import { run, type PipelineEvent } from "../src/index.ts";

const job = { command: { kind: "argv", argv: ["true"] } } as const;

test("everything wrong with a request is told at once", async () => {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  const checked = checkRequest({
    job,
    shares: [{ name: "a", directory: "/no/such", readOnly: true }],
    inputs: file,
    outputs: file,
    timeoutMs: 0,
  });
  await expect(checked).rejects.toMatchObject({
    code: "PIPELINE_INVALID_REQUEST",
    data: {
      faults: [
        { path: "shares[0].directory" },
        { path: "inputs" },
        { path: "outputs" },
        { path: "timeoutMs" },
      ],
    },
  });
});

test("a request that is refused comes back as an outcome, and is the last event", async () => {
  const events: PipelineEvent[] = [];
  const { outcome } = await run(
    { job, inputs: "/no/such" },
    { store: join(temporaryDirectory(), "store"), onEvent: (event) => events.push(event) },
  );
  expect(outcome).toMatchObject({ kind: "refused", error: { code: "PIPELINE_INVALID_REQUEST" } });
  expect(events.at(-1)).toEqual({ type: "outcome", ...outcome });
});

test("what is cancelled beforehand is cancelled", async () => {
  const { outcome } = await run(
    { job },
    { store: join(temporaryDirectory(), "store"), signal: AbortSignal.abort() },
  );
  expect(outcome).toEqual({ kind: "cancelled" });
});

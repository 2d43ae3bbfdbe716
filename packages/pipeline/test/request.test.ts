import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
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

/** What is wrong with a request's outputs. */
async function outputsFault(outputs: string): Promise<unknown> {
  const error = await checkRequest({ job, outputs }).catch((reason: unknown) => reason);
  return (error as { data?: { faults: unknown } } | undefined)?.data?.faults;
}

test("outputs that could not be brought to their place are told beforehand", async () => {
  const root = temporaryDirectory();
  writeFileSync(join(root, "file"), "");
  symlinkSync("nowhere", join(root, "dangling"));
  expect(await outputsFault(join(root, "file", "a", "b"))).toMatchObject([
    { path: "outputs", value: join(root, "file") },
  ]);
  expect(await outputsFault(join(root, "dangling"))).toMatchObject([{ path: "outputs" }]);
  const long = "ä".repeat(128);
  expect(await outputsFault(join(root, long))).toMatchObject([{ path: "outputs", value: long }]);
  expect(await outputsFault(join(root, "a/".repeat(2100)))).toMatchObject([{ path: "outputs" }]);
  expect(await outputsFault(join(root, "n".repeat(255)))).toBeUndefined();
  expect(await outputsFault(join(root, "new", "place"))).toBeUndefined();
  expect(await outputsFault("/proc/a/b")).toMatchObject([{ path: "outputs", value: "/proc" }]);
  // Looked at, not made.
  expect(readdirSync(root).sort()).toEqual(["dangling", "file"]);
});

test.skipIf(process.getuid?.() === 0)("outputs need a directory to be written to", async () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, "locked"), { mode: 0o555 });
  const fault = { path: "outputs", value: join(root, "locked") };
  expect(await outputsFault(join(root, "locked"))).toMatchObject([fault]);
  expect(await outputsFault(join(root, "locked", "new", "place"))).toMatchObject([fault]);
});

test("inputs can't hold the store, whose copy would be in it, by no way", async () => {
  const root = temporaryDirectory();
  symlinkSync(root, join(root, "link"));
  const store = join(root, "not", "there", "yet");
  for (const inputs of [root, join(root, "link"), "/"]) {
    await expect(checkRequest({ job, inputs }, store)).rejects.toMatchObject({
      code: "PIPELINE_INVALID_REQUEST",
      data: { faults: [{ path: "inputs", value: inputs }] },
    });
    const { outcome } = await run({ job, inputs }, { store });
    expect(outcome).toMatchObject({ kind: "refused", error: { code: "PIPELINE_INVALID_REQUEST" } });
  }
  mkdirSync(join(root, "no"));
  await checkRequest({ job, inputs: join(root, "no") }, store);
  expect(readdirSync(root).sort()).toEqual(["link", "no"]);
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

test("an identity that the guest can't have is refused before anything is made for it", async () => {
  const store = join(temporaryDirectory(), "store");
  const { outcome } = await run({ job, guest: "xp", identity: "fresh" }, { store });
  expect(outcome).toMatchObject({
    kind: "refused",
    error: {
      code: "PIPELINE_INVALID_REQUEST",
      asked: "give the clone an identity of its own",
    },
  });
  expect(existsSync(store)).toBe(false);
});

test("what is cancelled beforehand is cancelled", async () => {
  const { outcome } = await run(
    { job },
    { store: join(temporaryDirectory(), "store"), signal: AbortSignal.abort() },
  );
  expect(outcome).toEqual({ kind: "cancelled" });
});

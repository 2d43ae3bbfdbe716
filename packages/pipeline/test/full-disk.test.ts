import { writeFileSync } from "node:fs";
import { describeError, runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { expect, onTestFinished, test } from "vitest";
import { PipelineError } from "../src/errors.ts";
import { Store } from "../src/store/store.ts";

const key = "0123456789abcdef0123456789abcdef";

function suspendFailed(cause: unknown): PipelineError {
  return new PipelineError({
    code: "PIPELINE_SUSPEND_FAILED",
    asked: "freeze the guest",
    happened: describeError(cause),
    cause,
  });
}

async function failWith(make: (directory: string) => unknown, store?: Store): Promise<unknown> {
  const opened = store ?? (await Store.open(temporaryDirectory()));
  return opened
    .obtain("states", key, async (directory) => {
      await make(directory);
      throw new TypeError("it did not fail");
    })
    .catch((error: unknown) => error);
}

function writeFull(): void {
  writeFileSync("/dev/full", "x");
}

function runFull(): Promise<unknown> {
  return runProgram("bash", ["-c", "echo >/dev/full"], { env: { LC_ALL: "C" } });
}

const full = { code: "PIPELINE_STORE_FULL", hint: expect.stringContaining("gc") as unknown };

test("a full disk of the host is named, also below another error", async () => {
  expect(await failWith(writeFull)).toMatchObject(full);
  const wrapped = await failWith(() => {
    try {
      writeFull();
    } catch (cause) {
      throw suspendFailed(cause);
    }
  });
  expect(wrapped).toMatchObject({ ...full, cause: { code: "PIPELINE_SUSPEND_FAILED" } });
});

test("so is what a program of the host says of it", async () => {
  expect(await failWith(runFull)).toMatchObject(full);
});

test.each([
  "warm-up: expected code 0, got { code: 1, output: 'dd: No space left on device' }",
  "npm ERR! ENOSPC",
])("what the guest says of its own disk is not the host's: %s", async (happened) => {
  const error = suspendFailed(new Error(happened));
  expect(await failWith(() => Promise.reject(error))).toBe(error);
});

test("a disk is full by what was half-made, and how work or a cancel ended stays as it is", async (context) => {
  context.skip(process.getuid?.() !== 0, "needs root, to mount a small file system");
  requirePrograms(context, { mount: "mount" });
  const root = temporaryDirectory();
  await runProgram("mount", ["-t", "tmpfs", "-o", "size=100m", "tmpfs", root]);
  onTestFinished(async () => {
    await runProgram("umount", [root]);
  });
  const store = await Store.open(root);
  const fillAndFail = (error: Error) =>
    failWith((directory) => {
      writeFileSync(`${directory}/guest.ram`, Buffer.alloc(60 * 2 ** 20));
      throw error;
    }, store);
  const lost = suspendFailed(new Error("the connection is lost"));
  expect(await fillAndFail(lost)).toMatchObject({ ...full, cause: lost });
  const ended = new Error("the command made no layer: exited");
  expect(await fillAndFail(ended)).toBe(ended);
  const cancel = AbortSignal.abort();
  const cancelled = store.obtain(
    "states",
    key,
    (directory) => {
      writeFileSync(`${directory}/guest.ram`, Buffer.alloc(60 * 2 ** 20));
      return Promise.reject(lost);
    },
    { signal: cancel },
  );
  await expect(cancelled).rejects.not.toMatchObject(full);
});

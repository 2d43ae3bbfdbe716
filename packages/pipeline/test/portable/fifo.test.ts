import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { exportState, importState, type PipelineEvent } from "../../src/index.ts";
import { makeSmallState, small } from "../support/small-state.ts";

describe("a FIFO", { tags: ["host"] }, () => {
  let root: string;
  let from: string;
  let to: string;
  let fifo: string;

  beforeEach(async () => {
    root = temporaryDirectory();
    [from, to, fifo] = [join(root, "from"), join(root, "to"), join(root, "fifo")];
    await makeSmallState(from, 20_000);
    execFileSync("mkfifo", [fifo]);
  });

  /** The other side, which does nothing. */
  function otherSide(): number {
    const descriptor = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    onTestFinished(() => closeSync(descriptor));
    return descriptor;
  }

  test("takes a state from store to store", async () => {
    const file = join(root, "file");
    await exportState({ state: small.state, to: file }, { store: from });
    const importing = importState({ from: fifo }, { store: to });
    const exported = await exportState({ state: small.state, to: fifo }, { store: from });
    expect((await importing).entries.map(({ added }) => added)).toEqual([true, true, true, true]);
    expect(exported.sizeBytes).toBe(readFileSync(file).length);
  });

  test("whose writer has stopped holds up no cancellation", async () => {
    writeSync(otherSide(), "a beginning");
    const signal = AbortSignal.timeout(300);
    const importing = importState({ from: fifo }, { store: to, signal });
    await expect(importing).rejects.toThrow("aborted");
  });

  test("whose reader has stopped holds up no cancellation", async () => {
    otherSide();
    const signal = AbortSignal.timeout(1500);
    const exporting = exportState({ state: small.state, to: fifo }, { store: from, signal });
    // Where it comes upon the work between the writes it is told as it is.
    await expect(exporting).rejects.toThrow(/cancelled|aborted/);
  });

  test("whose reader is gone is told", async () => {
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    let open = true;
    const onEvent = (event: PipelineEvent): void => {
      // Only then the FIFO has been opened.
      if (event.type !== "stage:step" || event.step !== "compress and write" || !open) return;
      open = false;
      closeSync(reader);
    };
    const exporting = exportState({ state: small.state, to: fifo }, { store: from, onEvent });
    await expect(exporting).rejects.toMatchObject({ code: "PIPELINE_EXPORT_FAILED" });
  });
});

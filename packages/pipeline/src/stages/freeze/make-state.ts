import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RunningMachine } from "@winvm/qemu";
import type { Context } from "../../context.ts";
import { PipelineError } from "../../errors.ts";
import { gatherEvidence } from "../../evidence.ts";

/** What is being made, in words and for the evidence's name. */
export interface MakingState {
  readonly what: "suspend" | "layer";
  readonly code: "PIPELINE_SUSPEND_FAILED" | "PIPELINE_LAYER_FAILED";
  readonly asked: string;
  /** The new state's. */
  readonly directory: string;
  /** An end that no machine has to explain. */
  readonly passes?: (error: unknown) => boolean;
}

/** What the work in a state's directory has at hand. */
export interface Workplace {
  /** A directory for what is not to be in the state. */
  readonly scratch: string;
  /** Owns what runs. It ends behind the work, and only when a failure has been explained: a dead machine has no screen. */
  readonly stack: AsyncDisposableStack;
  /** Is to be told of each machine as soon as it exists: a failure is explained by them. */
  readonly onMachine: (machine: RunningMachine) => void;
  /** Is to be told of each log that says something of a failure, besides the machines' in the state's directory. */
  readonly onLog: (path: string) => void;
}

/**
 * Does the work that makes a state, with a scratch directory; saves evidence where it fails.
 *
 * @throws PipelineError with the given code; RuntimeError `RUNTIME_ABORTED`; after an abort whatever it was; what `passes` lets through, as it is.
 */
export async function makeState<Made>(
  context: Context,
  { what, code, asked, directory, passes }: MakingState,
  work: (place: Workplace) => Promise<Made>,
): Promise<Made> {
  const machines: RunningMachine[] = [];
  const logs = [join(directory, "guest.log"), join(directory, "controller.log")];
  const scratch = join(directory, ".scratch");
  await mkdir(scratch, { mode: 0o700 });
  await using last = new AsyncDisposableStack();
  last.defer(() => rm(scratch, { recursive: true, force: true }));
  const stack = new AsyncDisposableStack();
  // For a failure: what goes wrong at its end does not hide that.
  last.defer(() => stack.disposeAsync().catch(() => {}));
  try {
    const made = await work({
      scratch,
      stack,
      onMachine: (machine) => void machines.push(machine),
      onLog: (path) => void logs.push(path),
    });
    await stack.disposeAsync();
    return made;
  } catch (error) {
    // Whoever has ended it asks for no explanation.
    if (context.signal?.aborted === true || passes?.(error) === true) throw error;
    if ((error as { code?: string }).code === "RUNTIME_ABORTED") throw error;
    const { bundle } = await gatherEvidence(context.store, error, { what, machines, logs });
    throw new PipelineError({
      code,
      asked,
      happened: error instanceof Error ? error.message : String(error),
      hint: bundle === undefined ? undefined : "read the logs in the evidence directory",
      cause: error,
      data: { bundle },
    });
  }
}

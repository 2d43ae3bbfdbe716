import type { RunningMachine } from "@winvm/qemu";
import { formatMs } from "@winvm/runtime";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { gatherEvidence } from "../evidence.ts";
import { followLog } from "./follow-log.ts";
import type { Tell } from "./stage.ts";

/** The set-up script's own word, sent to the serial port by every guest. */
export const setupComplete = "winvm-setup: installed";

/** What is watched, and for how long. */
export interface SetupWatch {
  readonly stage: "install" | "rehearse";
  readonly limitMs: number;
  readonly serialLog: string;
  /** The line without which an installation is not complete. */
  readonly complete: string;
  readonly tell: Tell;
}

/**
 * Follows Setup to its end: success is a power-off by the guest itself, after its own word that it is complete.
 *
 * @returns All lines of the serial port.
 */
export async function watchSetup(
  context: Context,
  running: RunningMachine,
  { stage, limitMs, serialLog, complete, tell }: SetupWatch,
): Promise<readonly string[]> {
  using log = followLog(serialLog, (line) => {
    context.emit({ type: "log", stage, source: "guest", line });
    const step = /^SETUP (?!REFUSED|FAILED|JUDGED)(.+)/.exec(line)?.[1];
    if (step !== undefined) tell(step);
  });
  try {
    await running.process
      .whileAlive("wait for the end of Setup", () => new Promise<never>(() => {}), {
        signal: context.signal,
        timeoutMs: limitMs,
      })
      .catch((error: unknown) => {
        if ((error as { code?: string }).code !== "RUNTIME_PROCESS_EXITED") throw error;
      });
    const exit = await running.exited;
    await log.drain();
    const refusal = log.lines.find((line) =>
      /^(?:SETUP (?:REFUSED|FAILED)|winvm-setup: failed)/.test(line),
    );
    const said = log.lines.includes(complete);
    if (exit.shutdown?.guest === true && refusal === undefined && said) return log.lines;
    throw new PipelineError({
      code: "PIPELINE_INSTALL_FAILED",
      asked: "install the guest",
      happened:
        refusal ??
        `the machine ended without Setup's word that it is complete (${exit.shutdown?.reason ?? "no shutdown"})`,
      hint: "read serial.log and look at the screen in the evidence directory",
      data: { exit, lastLines: log.lines.slice(-20) },
    });
  } catch (error) {
    if ((error as { code?: string }).code === "RUNTIME_ABORTED") throw error;
    const evidence = await gatherEvidence(context.store, error, {
      what: stage,
      machines: [running],
      logs: [serialLog],
    });
    if (error instanceof PipelineError) throw withBundle(error, evidence.bundle);
    throw new PipelineError({
      code: "PIPELINE_INSTALL_FAILED",
      asked: "install the guest",
      happened: `Setup did not end by itself within ${formatMs(limitMs)}`,
      hint: "look at the screen in the evidence directory",
      cause: error,
      data: { bundle: evidence.bundle },
    });
  }
}

function withBundle(error: PipelineError, bundle: string | undefined): PipelineError {
  return new PipelineError({
    code: error.code,
    asked: error.asked,
    happened: error.happened,
    hint: error.hint,
    cause: error.cause,
    data: { ...error.data, bundle },
  });
}

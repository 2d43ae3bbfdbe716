import type { WinvmErrorJson } from "@winvm/runtime";
import type { Exchange } from "@winvm/xchg";
import { errorJson } from "../evidence.ts";
import type { Outcome } from "../events/outcome.ts";

/** Where outputs go. */
export interface OutputPlace {
  readonly directory: string;
  /** Of whoever they are for; this process's when absent. */
  readonly umask?: number | undefined;
}

/**
 * Collects what a job has left, and gives the run's outcome: the job's own where all of it came. What is amiss with the
 * outputs is the caller's to mend, whatever it is: the command has run, and must not be run again for it. Never rejects.
 */
export async function withOutputs(
  exchange: Pick<Exchange, "collectOutputs">,
  { directory, umask }: OutputPlace,
  outcome: Outcome,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  try {
    await exchange.collectOutputs(directory, signal, umask);
    return outcome;
  } catch (error) {
    if (signal?.aborted) return { kind: "cancelled" };
    // Why a machine failed says more than what could not be brought back from it.
    if ("error" in outcome) return outcome;
    return { kind: "refused", error: withCommand(errorJson(error), outcome) };
  }
}

/** The error with the end of the command, which has no other place in the outcome. */
function withCommand(error: WinvmErrorJson, outcome: Outcome): WinvmErrorJson {
  const happened = `${endOf(outcome)}, but ${error.happened}`;
  return {
    ...error,
    message: `${error.asked}: ${happened}`,
    happened,
    data: { ...error.data, outcome },
  };
}

function endOf(outcome: Outcome): string {
  if (outcome.kind === "exited") return `the command ended with exit code ${outcome.exitCode}`;
  if (outcome.kind === "signalled") return `signal ${outcome.signal} ended the command`;
  if (outcome.kind === "timedOut") return "the command was ended at its time limit";
  return `the command was not run (${outcome.kind})`;
}

import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { RunningMachine } from "@winvm/qemu";
import type { StagedJob } from "@winvm/xchg";
import type { Clone, CloneDirectory } from "../clone/revive.ts";
import type { Context } from "../context.ts";
import { gatherEvidence, type Witnesses } from "../evidence.ts";
import type { Outcome } from "../events/outcome.ts";
import type { RunResult } from "../records.ts";
import type { RunRequest } from "../request.ts";
import { runFiles, runnerLogIn } from "../store/layout.ts";
import { machineEnded } from "./machine-ended.ts";
import { withOutputs, type OutputPlace } from "./outputs.ts";
import { runJob } from "./run-job.ts";

/** What explains how a clone's job ended. */
export function logsOf({ directory }: Pick<CloneDirectory, "directory">): string[] {
  return [
    join(directory, runFiles.guestLog),
    join(directory, runFiles.controllerLog),
    runnerLogIn(join(directory, runFiles.exchange)),
  ];
}

/** Runs the staged job in a clone, gives back what it has left, and gathers evidence where a machine failed. */
export async function runOnClone(
  context: Context,
  clone: Clone,
  request: RunRequest & Pick<OutputPlace, "umask">,
  staged: StagedJob & { readonly nonce: string },
  witnesses: Witnesses,
): Promise<RunResult> {
  const { outcome, reviveMs } = await runJob(context, clone, request, staged);
  const told = await withBundle(context, await withKilled(outcome, witnesses.machines), witnesses);
  // Outputs are given back also when the command failed: a test's report matters most then.
  const { outputs: directory, umask } = request;
  const end =
    directory === undefined || told.kind === "cancelled"
      ? told
      : await withOutputs(clone.exchange, { directory, umask }, told, context.signal);
  return { runId: clone.id, outcome: end, ...(reviveMs === undefined ? {} : { reviveMs }) };
}

/** How long a process that was killed may take until its end is known here, after its connections have broken. */
const endingMs = 200;

/** A machine's failure, told with the machines that somebody else has ended by SIGKILL; before we end them ourselves. */
async function withKilled(outcome: Outcome, machines: readonly RunningMachine[]): Promise<Outcome> {
  if (!("error" in outcome) || outcome.error === undefined) return outcome;
  const exits = machines.map(async ({ machine, exited }) => {
    const end = await Promise.race([exited, setTimeout(endingMs)]);
    return end?.exit.signal === "SIGKILL" ? [{ name: machine.name, end }] : [];
  });
  const [first, ...others] = (await Promise.all(exits)).flat();
  if (first === undefined) return outcome;
  const { error } = outcome;
  // What broke with a machine is told after its end, and may be noticed before it.
  const why =
    error.code === "PIPELINE_MACHINE_ENDED"
      ? error
      : machineEnded(first.name, first.end, new Error(error.message)).toJSON();
  return { ...outcome, error: why, killed: [first, ...others].map(({ name }) => name) };
}

/** The outcome with the directory of its evidence, where it is a failure of the machines. */
export async function withBundle(
  context: Context,
  outcome: Outcome,
  witnesses: Witnesses,
): Promise<Outcome> {
  if (!("error" in outcome) || outcome.error === undefined) return outcome;
  const { bundle } = await gatherEvidence(context.store, outcome.error, witnesses);
  return { ...outcome, ...(bundle === undefined ? {} : { bundle }) };
}

import type { RunningMachine } from "@winvm/qemu";
import { traced } from "@winvm/runtime";
import { findGuest, guestFor } from "@winvm/unattend";
import { requireFit } from "../clone/fingerprint.ts";
import { newIdentity, requireIdentity } from "../clone/identity.ts";
import { openCloneDirectory, revive, type MachineListener } from "../clone/revive.ts";
import { openContext, type Context } from "../context.ts";
import { errorJson } from "../evidence.ts";
import type { Outcome } from "../events/outcome.ts";
import { newNonce } from "../job/run-job.ts";
import { logsOf, runOnClone, withBundle } from "../job/run-on-clone.ts";
import { runInPool } from "../pool/run-in-pool.ts";
import type { RunResult } from "../records.ts";
import type { PipelineOptions, RunRequest } from "../request.ts";
import { checkRequest } from "../request-rules.ts";
import { findState, type StateRequest } from "../states/find-state.ts";
import type { StateFacts } from "../stages/freeze/state-facts.ts";
import type { StoreEntry } from "../store/store.ts";

/**
 * Runs a job in a throw-away clone of a frozen pair; makes whatever stage is missing first. All that can happen to
 * the job and to its machines comes back as an outcome, the last event tells it too.
 */
export async function run(request: RunRequest, options: PipelineOptions = {}): Promise<RunResult> {
  const result = await runToOutcome(request, options);
  options.onEvent?.({ type: "outcome", ...result.outcome });
  return result;
}

async function runToOutcome(request: RunRequest, options: PipelineOptions): Promise<RunResult> {
  let ready: ReadyState;
  try {
    await checkRequest(request);
    ready = await openState(request, options);
    const { context, state } = ready;
    const { guest, architecture } = state.manifest.facts as unknown as StateFacts;
    requireIdentity(guestFor(findGuest(guest), architecture), request.identity);
    // Asked before the state is looked at: a pair that stands ready has shown that it works.
    const result = request.pool === false ? undefined : await runInPool(context, state, request);
    if (result !== undefined) return result;
    await requireFitTraced(ready);
  } catch (error) {
    return { runId: "", outcome: outcomeOfFailure(error, options.signal) };
  }
  return runInClone(ready.context, ready.state, request);
}

/** A state in its opened store. */
export interface ReadyState {
  readonly context: Context;
  readonly state: StoreEntry;
}

/** Opens the store, makes whatever stage is missing, and proves that the state can be revived here. */
export async function readyState(
  request: StateRequest,
  options: PipelineOptions,
): Promise<ReadyState> {
  const ready = await openState(request, options);
  await requireFitTraced(ready);
  return ready;
}

async function openState(request: StateRequest, options: PipelineOptions): Promise<ReadyState> {
  const context = await openContext(options);
  return { context, state: await findState(context, request) };
}

function requireFitTraced({ context, state }: ReadyState): Promise<void> {
  return traced(
    () => ({ group: "winvm", lane: "checks", name: "does the state fit this host?" }),
    () => requireFit(context, state),
  );
}

/** Which outcome the failure of a stage is. */
export function outcomeOfFailure(error: unknown, signal: AbortSignal | undefined): Outcome {
  if (signal?.aborted) return { kind: "cancelled" };
  const told = errorJson(error);
  const bundle = told.data?.["bundle"];
  const evidence = { error: told, ...(typeof bundle === "string" ? { bundle } : {}) };
  if (told.code.startsWith("PIPELINE_SETUP_")) return { kind: "installFailed", ...evidence };
  if (["PIPELINE_SUSPEND_FAILED", "PIPELINE_LAYER_FAILED"].includes(told.code))
    return { kind: "suspendFailed", ...evidence };
  return { kind: "refused", ...evidence };
}

/**
 * Runs a job in a clone of its own. Never rejects.
 *
 * @param onMachine is told the machines once they have been started.
 */
export async function runInClone(
  context: Context,
  state: StoreEntry,
  request: RunRequest,
  onMachine?: MachineListener,
): Promise<RunResult> {
  const machines: RunningMachine[] = [];
  const host = await context.host();
  let id = "";
  try {
    await using place = await openCloneDirectory(context, state.manifest.key, request.shares ?? []);
    ({ id } = place);
    const nonce = newNonce();
    const witnesses = { what: "run", machines, logs: logsOf(place) };
    // The job is staged while the machines are loaded: neither waits for the other.
    const staged = (async () => {
      if (request.inputs !== undefined) await place.exchange.stageInputs(request.inputs);
      return place.exchange.stageJob(request.job, { nonce, shares: place.shares });
    })();
    staged.catch(() => {});
    try {
      const onStart: MachineListener = (machine) => {
        machines.push(machine);
        onMachine?.(machine);
      };
      const identity = newIdentity(request.identity);
      await using clone = await revive(context, host, state, place, onStart, { identity });
      return await runOnClone(context, clone, request, { ...(await staged), nonce }, witnesses);
    } catch (error) {
      if (context.signal?.aborted) return { runId: id, outcome: { kind: "cancelled" } };
      const refused = await staged.then(
        () => false,
        (stagingError: unknown) => stagingError === error,
      );
      const kind = refused || isOutputFailure(error) ? "refused" : "reviveFailed";
      const outcome = await withBundle(context, { kind, error: errorJson(error) }, witnesses);
      return { runId: id, outcome };
    }
  } catch (error) {
    return { runId: id, outcome: outcomeOfFailure(error, context.signal) };
  }
}

function isOutputFailure(error: unknown): boolean {
  const { code } = errorJson(error);
  return code.startsWith("XCHG_");
}

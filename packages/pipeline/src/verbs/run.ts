import { traced } from "@winvm/runtime";
import { findGuest, guestFor } from "@winvm/unattend/catalogue";
import { requireIdentity } from "../clone/identity.ts";
import { openContext, type Context } from "../context.ts";
import { outcomeOfFailure } from "../job/outcome-of-failure.ts";
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
    await checkRequest(request, options.store);
    // Known without its state: nothing need be made for it.
    if (request.guest !== undefined) requireIdentity(findGuest(request.guest), request.identity);
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
  const { runInClone } = await import("../revival.ts");
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
  return traced(
    () => ({ group: "winvm", lane: "process", name: "open the store, find the state" }),
    async () => {
      const context = await openContext(options);
      return { context, state: await findState(context, request) };
    },
  );
}

async function requireFitTraced({ context, state }: ReadyState): Promise<void> {
  // Half of the program: a run in a pool's pair does without.
  const { requireFit } = await traced(
    () => ({ group: "winvm", lane: "process", name: "load what revives a pair" }),
    () => import("../revival.ts"),
  );
  await traced(
    () => ({ group: "winvm", lane: "checks", name: "does the state fit this host?" }),
    () => requireFit(context, state),
  );
}

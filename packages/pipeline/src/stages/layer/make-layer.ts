import { join } from "node:path";
import type { RunningMachine } from "@winvm/qemu";
import { printOf } from "../../clone/fingerprint.ts";
import { openCloneDirectory, revive, type Clone } from "../../clone/revive.ts";
import type { Context } from "../../context.ts";
import { PipelineError } from "../../errors.ts";
import { errorJson, gatherEvidence } from "../../evidence.ts";
import type { Outcome } from "../../events/outcome.ts";
import { newNonce, runJob } from "../../job/run-job.ts";
import type { LayerRequest } from "../../request.ts";
import { hashTree } from "../../states/hash-tree.ts";
import { runFiles, runnerLogIn } from "../../store/layout.ts";
import type { MadeEntry, StoreEntry } from "../../store/store.ts";
import { describeState } from "../freeze/describe-state.ts";
import { freezePair } from "../freeze/freeze-pair.ts";
import { whileBothAlive } from "../freeze/live-pair.ts";
import type { Workplace } from "../freeze/make-state.ts";
import type { StateFacts } from "../freeze/state-facts.ts";
import { lookAtPair, type SealedFacts } from "../seal-gate.ts";
import type { Tell } from "../stage.ts";
import { describeJob } from "./layer-inputs.ts";
import { letGoOfShares } from "./let-go-of-shares.ts";
import { prepareLayer } from "./prepare-layer.ts";

/** The set-up work ended in a way that makes no layer; carries how through the store, which undoes what was made. */
export class WorkEnded extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(`the command made no layer: ${outcome.kind}`);
    this.outcome = outcome;
  }
}

/** From what a layer is made. */
export interface LayerPlan {
  readonly request: LayerRequest;
  readonly parent: StoreEntry;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly standing: string;
  /** The new state's. */
  readonly directory: string;
  readonly tell: Tell;
}

/** Revives the state below, does the set-up work in it, freezes the pair again. */
export async function makeLayer(
  context: Context,
  plan: LayerPlan,
  { stack, onMachine, onLog }: Workplace,
): Promise<MadeEntry> {
  const { request, parent, inputs, standing, directory, tell } = plan;
  const { signal } = context;
  const host = await context.host();
  tell("copy the RAM of the state below");
  const { shared } = await prepareLayer(directory, parent, signal);
  const place = stack.use(
    await openCloneDirectory(context, parent.manifest.key, request.shares ?? []),
  );
  onLog(runnerLogIn(place.exchange.directory));
  const nonce = newNonce();
  const stage = async () => {
    if (request.inputs !== undefined) {
      await place.exchange.stageInputs(request.inputs, signal);
      await requireSameInputs(request.name, request.inputs, inputs["inputs"], signal);
    }
    return place.exchange.stageJob(request.job, { nonce, shares: place.shares });
  };
  const staged = await stage().catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new WorkEnded({ kind: "refused", error: errorJson(error) });
  });
  tell("revive the state below");
  const machines: RunningMachine[] = [];
  const onStart = (machine: RunningMachine): void => {
    machines.push(machine);
    onMachine(machine);
  };
  const clone = stack.use(
    await revive(context, host, parent, place, onStart, { newState: directory }),
  );
  tell("do the set-up work");
  const { outcome } = await runJob(context, clone, request, { ...staged, nonce });
  const failed = outcome.kind !== "exited" || outcome.exitCode !== 0;
  if (request.outputs !== undefined && outcome.kind !== "cancelled") {
    await clone.exchange.collectOutputs(request.outputs, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      // How the work has failed says more than what could not be brought back of it.
      if (!failed) throw new WorkEnded({ kind: "refused", error: errorJson(error) });
    });
  }
  if (failed) throw new WorkEnded(await explained(context, outcome, machines, directory, clone));
  const sealed = await settle(context, clone, tell);
  const frozen = await freezePair(clone, { standing, tell, signal });
  const below = parent.manifest.facts as unknown as StateFacts;
  // The frozen controller's, which an older plain state knows only among its inputs.
  const needs = { ...below.needs, uid: printOf(below, parent.manifest.inputs).uid };
  const facts = { ...below, ...frozen, needs, sealed, command: describeJob(request.job), shared };
  return describeState(context, directory, inputs, facts);
}

/** A layer is found again by its inputs: it may hold no others. */
async function requireSameInputs(
  name: string,
  directory: string,
  hash: unknown,
  signal: AbortSignal | undefined,
): Promise<void> {
  if ((await hashTree(directory, signal)) === hash) return;
  throw new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: `make the layer ${name}`,
    happened: `${directory} was changed while the layer was being made of it`,
    hint: "run it again when nothing writes there",
    data: { directory },
  });
}

/** Lets go of the shares, then looks at the pair as the first freeze did. */
async function settle(context: Context, clone: Clone, tell: Tell): Promise<SealedFacts> {
  const { controller, shares } = clone;
  const bothAlive = whileBothAlive(clone, context.signal);
  tell("check the pair");
  await clone.mounted;
  const sealed = await bothAlive("pass the checks before the freeze", 120_000, (inner) =>
    lookAtPair({ controller, nonce: newNonce(), signal: inner }),
  );
  await bothAlive("let go of the shares", 60_000, (inner) =>
    letGoOfShares(controller, shares, inner),
  );
  return sealed;
}

/** With evidence, where a machine has a part in it. */
async function explained(
  { store }: Context,
  outcome: Outcome,
  machines: readonly RunningMachine[],
  directory: string,
  clone: Clone,
): Promise<Outcome> {
  if (!("error" in outcome) || outcome.error === undefined) return outcome;
  const { bundle } = await gatherEvidence(store, outcome.error, {
    what: "layer",
    machines,
    logs: [
      join(directory, runFiles.guestLog),
      join(directory, runFiles.controllerLog),
      runnerLogIn(clone.exchange.directory),
    ],
  });
  return { ...outcome, ...(bundle === undefined ? {} : { bundle }) };
}

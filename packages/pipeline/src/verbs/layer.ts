import { requireFit } from "../clone/fingerprint.ts";
import { openContext } from "../context.ts";
import type { Outcome } from "../events/outcome.ts";
import type { LayerResult } from "../records.ts";
import type { LayerRequest, PipelineOptions } from "../request.ts";
import { checkRequest } from "../request-rules.ts";
import { layerStage } from "../stages/layer/layer.ts";
import { WorkEnded } from "../stages/layer/make-layer.ts";
import { findState, isGuestName } from "../states/find-state.ts";
import { stateNameFaults } from "../states/state-name.ts";
import { nameStored } from "../states/name-stored.ts";
import { stateRecord } from "./records.ts";
import { outcomeOfFailure } from "../job/outcome-of-failure.ts";

/**
 * Makes a layer: revives a state, does set-up work in it, freezes it again as a new state with a name. Where the store has
 * that state already nothing is done but giving it the name. Work that does not end with code 0 makes none.
 */
export async function layer(
  request: LayerRequest,
  options: PipelineOptions = {},
): Promise<LayerResult> {
  try {
    return await layerOrError(request, options);
  } catch (error) {
    return { kind: "notMade", outcome: outcomeOf(error, options.signal) };
  }
}

function outcomeOf(error: unknown, signal: AbortSignal | undefined): Outcome {
  return error instanceof WorkEnded ? error.outcome : outcomeOfFailure(error, signal);
}

async function layerOrError(request: LayerRequest, options: PipelineOptions): Promise<LayerResult> {
  const named = stateNameFaults("name", request.name, isGuestName);
  await checkRequest(request, options.store, named);
  const context = await openContext(options);
  // It is the layer that is to be made anew, not what it is made on.
  const parent = await findState(context, { ...request, rebuild: undefined });
  await requireFit(context, parent);
  const state = await layerStage(context, parent, request);
  const { movedFrom } = await nameStored(context, request.name, state.manifest.key);
  return {
    kind: "layered",
    state: await stateRecord(context.store, state),
    cached: state.cached,
    ...(movedFrom === undefined ? {} : { movedFrom }),
  };
}

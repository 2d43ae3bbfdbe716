import { standingRunner } from "@winvm/xchg";
import type { Context } from "../../context.ts";
import { PipelineError } from "../../errors.ts";
import type { LayerRequest } from "../../request.ts";
import { ancestorsOf, parentOf } from "../../states/ancestry.ts";
import { hashTree } from "../../states/hash-tree.ts";
import { keyOf } from "../../store/keys.ts";
import type { StoreEntry } from "../../store/store.ts";
import { makeState } from "../freeze/make-state.ts";
import { runStage } from "../stage.ts";
import { layerInputs, mostLayers } from "./layer-inputs.ts";
import { makeLayer, WorkEnded } from "./make-layer.ts";

/**
 * Stage 2 again: from a frozen pair and set-up work to another frozen pair.
 *
 * @throws WorkEnded where the work did not end with code 0; PipelineError `PIPELINE_LAYER_FAILED`.
 */
export async function layerStage(
  context: Context,
  parent: StoreEntry,
  request: LayerRequest,
): Promise<StoreEntry> {
  const { signal } = context;
  await requireRoom(context, parent, request);
  const standing = await standingRunner();
  const { job, shares } = request;
  const inputsHash =
    request.inputs === undefined ? undefined : await hashTree(request.inputs, signal);
  const inputs = layerInputs(parent.manifest, { job, shares, inputsHash, standing });
  const key = keyOf(inputs);
  return runStage(context, {
    stage: "layer",
    kind: "states",
    key,
    title: `make the layer ${request.name} on ${request.from}`,
    replace: request.rebuild,
    uses: [parent.manifest],
    make: (directory, tell) =>
      makeState(
        context,
        {
          what: "layer",
          code: "PIPELINE_LAYER_FAILED",
          asked: `make the layer ${request.name}`,
          directory,
          passes: (error) => error instanceof WorkEnded,
        },
        (place) =>
          makeLayer(context, { request, parent, inputs, standing, directory, tell }, place),
      ),
  });
}

async function requireRoom(
  { store }: Context,
  { manifest }: StoreEntry,
  { name, from }: LayerRequest,
): Promise<void> {
  const depth = parentOf(manifest) === undefined ? 0 : (await ancestorsOf(store, manifest)).length;
  if (depth < mostLayers) return;
  throw new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: `make the layer ${name} on ${from}`,
    happened: `${depth} layers lie on each other already, and ${mostLayers} are the most`,
    hint: "do the work of several layers in one: a script does it",
    data: { depth, mostLayers },
  });
}

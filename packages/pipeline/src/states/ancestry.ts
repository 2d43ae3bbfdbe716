import { join } from "node:path";
import type { MachineBacking } from "@winvm/qemu";
import { PipelineError } from "../errors.ts";
import type { StateFacts } from "../stages/freeze/state-facts.ts";
import { imageFiles, stateFiles } from "../store/layout.ts";
import { readManifest, type Manifest } from "../store/manifest.ts";
import type { Store, StoreEntry } from "../store/store.ts";

/** The key of the state that a layer was made on; undefined for a guest's plain state. */
export function parentOf(manifest: Manifest): string | undefined {
  const parent = manifest.inputs["parent"];
  return typeof parent === "string" ? parent : undefined;
}

/** What tells a state from another one that was made later under the same key: no two freezes are alike. */
export function sealOf(manifest: Pick<Manifest, "files" | "createdAt">): string {
  const { sha256, dataSha256 } = manifest.files[stateFiles.guestDevices] ?? {};
  return sha256 ?? dataSha256 ?? manifest.createdAt;
}

/**
 * What is wrong between a layer and the state below it, in words; nothing where they fit. A layer holds only what differs
 * from exactly that state. Pure.
 */
export function parentFault(layer: Manifest, parent: Manifest | undefined): string | undefined {
  const key = parentOf(layer);
  if (key === undefined) return undefined;
  if (parent === undefined) return `the state below it, ${key}, is gone or damaged`;
  if (layer.inputs["parentSeal"] === sealOf(parent)) return undefined;
  return `the state below it, ${key}, was made anew after it`;
}

/** A layer without the state that it was made on. */
export function brokenLayer(layer: Manifest, happened: string): PipelineError {
  return new PipelineError({
    code: "PIPELINE_STORE_DAMAGED",
    asked: `use the state ${layer.key}`,
    happened,
    hint: "make the layer again with `winvm layer`; `winvm states` shows what there is",
    data: { state: layer.key, parent: parentOf(layer) },
  });
}

/**
 * The states below a state, the nearest first.
 *
 * @throws PipelineError `PIPELINE_STORE_DAMAGED` where one is missing, or is not the one that it was.
 */
export async function ancestorsOf(store: Store, state: Manifest): Promise<readonly StoreEntry[]> {
  const ancestors: StoreEntry[] = [];
  let above = state;
  for (let key = parentOf(above); key !== undefined; key = parentOf(above)) {
    const directory = store.layout.entry("states", key);
    const manifest = await readManifest(directory).catch(() => undefined);
    const fault = parentFault(above, manifest);
    if (manifest === undefined || fault !== undefined) throw brokenLayer(state, fault ?? key);
    ancestors.push({ directory, manifest, cached: true });
    above = manifest;
  }
  return ancestors;
}

/** What a machine over this state has below its own disk: the state's, its ancestors', the image's. */
export async function disksOf(store: Store, state: StoreEntry): Promise<MachineBacking> {
  const { imageKey } = state.manifest.facts as unknown as StateFacts;
  const states = [state, ...(await ancestorsOf(store, state.manifest))];
  const image = join(store.layout.entry("images", imageKey), imageFiles.disk);
  return states.reduceRight<MachineBacking>(
    (backing, { directory }) => ({
      file: join(directory, stateFiles.disk),
      format: "qcow2",
      backing,
    }),
    { file: image, format: "qcow2" },
  );
}

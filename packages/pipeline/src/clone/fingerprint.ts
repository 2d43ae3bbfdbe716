import type { Host } from "../host/host.ts";
import { PipelineError } from "../errors.ts";
import type { StateFacts } from "../stages/freeze/state-facts.ts";
import { parentOf } from "../states/ancestry.ts";
import { sha256OfFile } from "../store/keys.ts";
import { stateFiles } from "../store/layout.ts";
import { damaged } from "../store/manifest.ts";
import type { StoreEntry } from "../store/store.ts";
import { join } from "node:path";

/**
 * Compares what a state needs with what this host has, before anything is started.
 *
 * @throws PipelineError `PIPELINE_STATE_MISMATCH` naming the first difference, `PIPELINE_STORE_DAMAGED`.
 */
export async function requireFit(state: StoreEntry, host: Host): Promise<void> {
  const facts = state.manifest.facts as unknown as StateFacts;
  const needs: readonly [string, string, string][] = [
    ["QEMU", facts.qemuVersion, host.features.version],
    ["accelerator", facts.accelerator, host.accelerator],
  ];
  for (const [what, wanted, found] of needs) {
    if (wanted === found) continue;
    throw new PipelineError({
      code: "PIPELINE_STATE_MISMATCH",
      asked: `revive the state ${state.manifest.key}`,
      happened: `it was frozen with ${what} ${wanted}, and this host has ${found}`,
      hint:
        parentOf(state.manifest) === undefined
          ? "run again with --rebuild to freeze it anew from its image"
          : "freeze its guest anew (`winvm suspend --rebuild`), then make the layer again",
      data: { what, wanted, found, state: state.manifest.key },
    });
  }
  // Small, and the part where one changed byte is fatal; the RAM files are checked by their size.
  for (const name of [stateFiles.guestDevices, stateFiles.controllerDevices]) {
    const wanted = state.manifest.files[name]?.sha256;
    if (wanted !== undefined && (await sha256OfFile(join(state.directory, name))) !== wanted) {
      throw damaged(state.directory, `${name} was changed after it was sealed`);
    }
  }
}

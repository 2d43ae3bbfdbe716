import { readdir } from "node:fs/promises";
import { openContext, type Context } from "../context.ts";
import type { ImageRecord, StateRecord } from "../records.ts";
import type { PipelineOptions } from "../request.ts";
import { brokenLayer, parentFault, parentOf } from "../states/ancestry.ts";
import type { StoreKind } from "../store/layout.ts";
import { readManifest } from "../store/manifest.ts";
import type { StoreEntry } from "../store/store.ts";
import { imageRecord, stateRecord } from "./records.ts";

/** The installed disks in the store, the newest first. */
export async function listImages(options: PipelineOptions = {}): Promise<ImageRecord[]> {
  const context = await openContext(options);
  const entries = await entriesOf(context, "images");
  return Promise.all(entries.map((entry) => imageRecord(context.store, entry)));
}

/** The frozen pairs in the store, the newest first. */
export async function listStates(options: PipelineOptions = {}): Promise<StateRecord[]> {
  const context = await openContext(options);
  const entries = await entriesOf(context, "states");
  warnOfBroken(context, entries);
  return Promise.all(entries.map((entry) => stateRecord(context.store, entry)));
}

/** A layer without what it was made on takes room and is of no use. */
function warnOfBroken(context: Context, entries: readonly StoreEntry[]): void {
  const manifests = new Map(entries.map(({ manifest }) => [manifest.key, manifest]));
  for (const { manifest } of entries) {
    const fault = parentFault(manifest, manifests.get(parentOf(manifest) ?? ""));
    if (fault === undefined) continue;
    const { code, message, hint } = brokenLayer(manifest, fault);
    context.emit({ type: "warning", code, message, ...(hint === undefined ? {} : { hint }) });
  }
}

/** All entries of a kind; a damaged one is told as a warning and left out. */
export async function entriesOf(context: Context, kind: StoreKind): Promise<StoreEntry[]> {
  const entries: StoreEntry[] = [];
  for (const key of await readdir(context.store.layout.kind(kind))) {
    if (key.startsWith(".")) continue;
    const directory = context.store.layout.entry(kind, key);
    try {
      entries.push({ directory, manifest: await readManifest(directory), cached: true });
    } catch (error) {
      context.emit({
        type: "warning",
        code: "PIPELINE_STORE_DAMAGED",
        message: error instanceof Error ? error.message : String(error),
        hint: "`winvm gc` removes it",
      });
    }
  }
  return entries.sort((a, b) => (a.manifest.createdAt < b.manifest.createdAt ? 1 : -1));
}

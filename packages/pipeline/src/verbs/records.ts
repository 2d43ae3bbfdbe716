import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ImageRecord, StateRecord } from "../records.ts";
import type { StateFacts } from "../stages/freeze/state-facts.ts";
import { parentOf } from "../states/ancestry.ts";
import { namesOf, readStateNames } from "../states/state-names.ts";
import { isPinned } from "../store/pins.ts";
import type { StoreEntry, Store } from "../store/store.ts";

/** An image as the command line lists it. */
export async function imageRecord(store: Store, entry: StoreEntry): Promise<ImageRecord> {
  const { key, createdAt, inputs } = entry.manifest;
  const used = await stat(store.layout.used(entry.manifest.kind, key)).catch(() => undefined);
  return {
    key,
    guest: typeof inputs["guest"] === "string" ? inputs["guest"] : "",
    directory: entry.directory,
    sizeBytes: await diskUsage(entry.directory),
    createdAt,
    usedAt: used?.mtime.toISOString() ?? createdAt,
    pinned: await isPinned(store, entry.manifest),
    inputs,
  };
}

/** A state as the command line lists it. */
export async function stateRecord(store: Store, entry: StoreEntry): Promise<StateRecord> {
  const facts = entry.manifest.facts as unknown as StateFacts & { command?: readonly string[] };
  const { key } = entry.manifest;
  const parent = parentOf(entry.manifest);
  const names = namesOf(await readStateNames(store.layout), key);
  return {
    ...(await imageRecord(store, entry)),
    imageKey: facts.imageKey,
    qemuVersion: facts.qemuVersion,
    accelerator: facts.accelerator,
    ...(names[0] === undefined ? {} : { name: names[0] }),
    names,
    ...(parent === undefined ? {} : { parent }),
    ...(facts.command === undefined ? {} : { command: facts.command }),
    memoryBytes: facts.memoryBytes,
    cpus: facts.cpus,
    stoppedMs: facts.stoppedMs,
    deviceBytes: facts.deviceBytes,
    frozenClock: facts.frozenClockMs === undefined ? undefined : second(facts.frozenClockMs),
  };
}

/** A time without its fraction. */
function second(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Bytes that a directory takes on the disk; a sparse file's holes take none. */
export async function diskUsage(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true }).catch(
    () => [],
  )) {
    if (!entry.isFile()) continue;
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    bytes += (found?.blocks ?? 0) * 512;
  }
  return bytes;
}

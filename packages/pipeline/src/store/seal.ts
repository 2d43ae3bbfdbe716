import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "@winvm/runtime";
import type { StoreLayout } from "./layout.ts";
import type { FileRecord, Manifest } from "./manifest.ts";
import type { EntryName } from "./needs.ts";
import { Stamps } from "./stamps.ts";
import type { MadeEntry, ObtainOptions } from "./store.ts";
import { syncDirectories, syncFiles } from "./sync.ts";

/**
 * Writes the manifest of an entry that is complete, with the digests of its files. All of it is on the disk then: what has a
 * manifest is taken for proven, also after a power cut.
 */
export async function sealEntry(
  layout: StoreLayout,
  { kind, key }: EntryName,
  directory: string,
  made: MadeEntry,
  { signal, onSealing }: ObtainOptions,
): Promise<void> {
  const files: Record<string, FileRecord> = {};
  await rm(layout.verified(kind, key), { force: true });
  const stamps = await Stamps.open(layout.verified(kind, key));
  // Beside the reading, which takes about as long.
  const synced = syncFiles(
    made.files.map((name) => join(directory, name)),
    signal,
  );
  // Told below, where nothing else has failed.
  synced.catch(() => {});
  for (const name of made.files) {
    const file = join(directory, name);
    const { size } = await stat(file);
    const digest = await stamps.digest(name, file, undefined, {
      signal,
      onBytes: (bytes) => onSealing?.(name, bytes / size),
    });
    files[name] = { sizeBytes: size, ...digest };
  }
  await synced;
  // A rename leaves the files' stamps as they are.
  await stamps.save();
  const manifest: Manifest = {
    format: 1,
    kind,
    key,
    createdAt: new Date().toISOString(),
    inputs: made.inputs,
    files,
    facts: made.facts ?? {},
  };
  await writeFileAtomically(
    join(directory, "manifest.json"),
    `${JSON.stringify(manifest, null, 2)}\n`,
    { mode: 0o600, durable: true },
  );
  await syncDirectories(directory);
}

import { readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../context.ts";
import { runFiles, type StoreKind } from "../store/layout.ts";
import { readManifest } from "../store/manifest.ts";
import { entryName, needsOf } from "../store/needs.ts";
import { pinnedNames } from "../store/pins.ts";
import { diskUsage } from "../verbs/records.ts";
import type { Candidate } from "./plan.ts";

/** A candidate, and how it is removed. */
export interface RemovableCandidate extends Candidate {
  readonly remove: () => Promise<void>;
}

/** All that can be removed from the store: entries, evidence of failures, downloaded packages. */
export async function gatherCandidates(context: Context): Promise<readonly RemovableCandidate[]> {
  const inUse = await statesInUse(context);
  const pins = await pinnedNames(context.store);
  const kinds = ["states", "images", "media"] as const;
  const keepOf = (kind: StoreKind, key: string): string | undefined => {
    if (kind === "states" && inUse.has(key)) return "in use";
    return pins.has(`${kind}-${key}`) ? "pinned" : undefined;
  };
  return (
    await Promise.all([
      ...kinds.map((kind) => entriesOfKind(context, kind, keepOf)),
      failures(context),
      packages(context),
    ])
  ).flat();
}

async function entriesOfKind(
  context: Context,
  kind: StoreKind,
  keepOf: (kind: StoreKind, key: string) => string | undefined,
): Promise<RemovableCandidate[]> {
  const { layout } = context.store;
  const names = await readdir(layout.kind(kind));
  const keys = names.filter((key) => !key.startsWith("."));
  return Promise.all(
    keys.map(async (key): Promise<RemovableCandidate> => {
      const directory = layout.entry(kind, key);
      const manifest = await readManifest(directory).catch(() => undefined);
      const used = await stat(layout.used(kind, key)).catch(() => undefined);
      const createdMs = Date.parse(manifest?.createdAt ?? "");
      return {
        what: entryName({ kind, key }),
        sizeBytes: await diskUsage(directory),
        damaged: manifest === undefined,
        usedMs: used?.mtimeMs ?? (Number.isNaN(createdMs) ? 0 : createdMs),
        needs: manifest === undefined ? [] : needsOf(manifest).map(entryName),
        keep: keepOf(kind, key),
        remove: () => context.store.remove(kind, key, { signal: context.signal }),
      };
    }),
  );
}

/** The states of live runs. */
async function statesInUse(context: Context): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const id of await readdir(context.store.layout.runs)) {
    const file = join(context.store.layout.runs, id, runFiles.owner);
    const owner = await readFile(file, "utf8").catch(() => "{}");
    const { stateKey } = JSON.parse(owner) as { stateKey?: string };
    if (stateKey !== undefined) keys.add(stateKey);
  }
  return keys;
}

async function failures(context: Context): Promise<RemovableCandidate[]> {
  const root = context.store.layout.failures;
  return Promise.all(
    (await readdir(root)).map(async (id) => removable(`failures/${id}`, join(root, id), undefined)),
  );
}

/** What was downloaded can be downloaded again; not while somebody builds from it. */
async function packages(context: Context): Promise<RemovableCandidate[]> {
  const { layout } = context.store;
  const locks = await readdir(dirname(layout.lock("media", "")));
  const builds = locks.some((name) => name.startsWith("media-"));
  const found = await readdir(layout.packages);
  if (found.length === 0) return [];
  return [await removable("cache/packages", layout.packages, builds ? "in use" : undefined)];
}

async function removable(
  what: string,
  directory: string,
  keep: string | undefined,
): Promise<RemovableCandidate> {
  return {
    what,
    sizeBytes: await diskUsage(directory),
    damaged: false,
    usedMs: await newestMs(directory),
    needs: [],
    keep,
    remove: async () => {
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** When the newest file below a directory was written. */
async function newestMs(directory: string): Promise<number> {
  let newest = (await stat(directory)).mtimeMs;
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    newest = Math.max(newest, found?.mtimeMs ?? 0);
  }
  return newest;
}

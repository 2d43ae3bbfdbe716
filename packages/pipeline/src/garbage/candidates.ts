import { readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../context.ts";
import { namesOf, readStateNames, type StateNames } from "../states/state-names.ts";
import type { StoreKind } from "../store/layout.ts";
import { readManifest } from "../store/manifest.ts";
import { entryName, needsOf, type EntryName } from "../store/needs.ts";
import { isPinned, pinnedNames } from "../store/pins.ts";
import { readUses } from "../store/run-owner.ts";
import { diskUsage } from "../verbs/records.ts";
import type { Candidate } from "./plan.ts";

/** A candidate, and how it is removed. */
export interface RemovableCandidate extends Candidate {
  /** Looks again first: what was found may be long ago. Says why the candidate stays after all. */
  readonly remove: () => Promise<string | undefined>;
}

/**
 * All that can be removed from the store: entries, evidence of failures, downloaded packages.
 *
 * @param heed.names Whether a state stays because it has a name.
 */
export async function gatherCandidates(
  context: Context,
  heed: { readonly names: boolean },
): Promise<readonly RemovableCandidate[]> {
  const inUse = await entriesInUse(context);
  const pins = await pinnedNames(context.store);
  const kinds = ["states", "images", "media"] as const;
  const names: StateNames = heed.names ? await readStateNames(context.store.layout) : new Map();
  const keepOf = (kind: StoreKind, key: string, damaged: boolean): string | undefined => {
    if (inUse.has(entryName({ kind, key }))) return "in use";
    if (pins.has(`${kind}-${key}`)) return "pinned";
    // A name is worth nothing without its state.
    return damaged ? undefined : named(names, { kind, key });
  };
  return (
    await Promise.all([
      ...kinds.map((kind) => entriesOfKind(context, kind, keepOf, heed)),
      failures(context),
      packages(context),
    ])
  ).flat();
}

async function entriesOfKind(
  context: Context,
  kind: StoreKind,
  keepOf: (kind: StoreKind, key: string, damaged: boolean) => string | undefined,
  heed: { readonly names: boolean },
): Promise<RemovableCandidate[]> {
  const { layout } = context.store;
  const names = await readdir(layout.kind(kind));
  const keys = names.filter((key) => !key.startsWith("."));
  return Promise.all(
    keys.map(async (key): Promise<RemovableCandidate> => {
      const directory = layout.entry(kind, key);
      const manifest = await readManifest(directory).catch(() => undefined);
      const usedMs = await usedAt(context, { kind, key });
      const createdMs = Date.parse(manifest?.createdAt ?? "");
      return {
        what: entryName({ kind, key }),
        sizeBytes: await diskUsage(directory),
        damaged: manifest === undefined,
        usedMs: usedMs ?? (Number.isNaN(createdMs) ? 0 : createdMs),
        needs: manifest === undefined ? [] : needsOf(manifest).map(entryName),
        keep: keepOf(kind, key, manifest === undefined),
        remove: () =>
          context.store.remove(kind, key, {
            signal: context.signal,
            keep: () => keptMeanwhile(context, { kind, key }, { usedMs, names: heed.names }),
          }),
      };
    }),
  );
}

/** Why an entry that was to go has to stay, seen under its lock: somebody may have waited for that lock before us. */
async function keptMeanwhile(
  context: Context,
  name: EntryName,
  planned: { readonly usedMs: number | undefined; readonly names: boolean },
): Promise<string | undefined> {
  const { store } = context;
  if ((await entriesInUse(context)).has(entryName(name))) return "in use";
  if (await isPinned(store, name)) return "pinned";
  if (((await usedAt(context, name)) ?? 0) > (planned.usedMs ?? 0)) return "used recently";
  const damaged = await readManifest(store.layout.entry(name.kind, name.key)).then(
    () => false,
    () => true,
  );
  const why =
    planned.names && !damaged ? named(await readStateNames(store.layout), name) : undefined;
  if (why !== undefined) return why;
  const needed = await Promise.all(
    (["states", "images"] as const).map((kind) => neededBy(context, kind)),
  );
  return needed.flat().includes(entryName(name)) ? "needed by what is kept" : undefined;
}

/** `named toolchain, warm` */
function named(names: StateNames, { kind, key }: EntryName): string | undefined {
  const found = kind === "states" ? namesOf(names, key) : [];
  return found.length === 0 ? undefined : `named ${found.join(", ")}`;
}

async function neededBy({ store }: Context, kind: StoreKind): Promise<string[]> {
  const keys = (await readdir(store.layout.kind(kind))).filter((key) => !key.startsWith("."));
  const manifests = await Promise.all(
    keys.map((key) => readManifest(store.layout.entry(kind, key)).catch(() => undefined)),
  );
  return manifests.flatMap((manifest) =>
    manifest === undefined ? [] : needsOf(manifest).map(entryName),
  );
}

async function usedAt({ store }: Context, { kind, key }: EntryName): Promise<number | undefined> {
  return (await stat(store.layout.used(kind, key)).catch(() => undefined))?.mtimeMs;
}

/** What live runs use, as `kind/key`. */
async function entriesInUse({ store }: Context): Promise<ReadonlySet<string>> {
  const { runs } = store.layout;
  const uses = await Promise.all((await readdir(runs)).map((id) => readUses(join(runs, id))));
  return new Set(uses.flat());
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
      return undefined;
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

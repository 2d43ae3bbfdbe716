import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { removeTree } from "@winvm/runtime";
import type { Context } from "../context.ts";
import { namesOf, readKnownNames, type KnownNames } from "../states/state-names.ts";
import type { StoreKind } from "../store/layout.ts";
import { entryName, type EntryName } from "../store/needs.ts";
import { isPinned, pinnedNames } from "../store/pins.ts";
import { readUses } from "../store/run-owner.ts";
import { diskUsage } from "../verbs/records.ts";
import { lookAt, maybeNeeded, needsSeen, unreadableNow, whyNeeded, type Look } from "./look.ts";
import type { Candidate } from "./plan.ts";

/** A candidate, and how it is removed. */
export interface RemovableCandidate extends Candidate {
  /** Looks again first: what was found may be long ago. Says why the candidate stays after all. */
  readonly remove: () => Promise<string | undefined>;
}

interface EntryCandidate extends RemovableCandidate {
  /** Nobody can tell now what it is, and what it needs. */
  readonly unreadable: boolean;
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
  const names: KnownNames = heed.names ? await readKnownNames(context.store.layout) : noNames;
  tellUnreadable(context, names);
  const keepOf = (kind: StoreKind, key: string, look: Look): string | undefined => {
    if (inUse.has(entryName({ kind, key }))) return "in use";
    if (pins.has(`${kind}-${key}`)) return "pinned";
    if (look === "unreadable") return unreadableNow;
    // A name is worth nothing without its state.
    return look === "damaged" ? undefined : named(names, { kind, key });
  };
  const entries = (
    await Promise.all(kinds.map((kind) => entriesOfKind(context, kind, keepOf, heed)))
  ).flat();
  return [
    ...keepNeedsUnseen(entries),
    ...(await Promise.all([failures(context), packages(context)])).flat(),
  ];
}

/** What an entry needs that can't be read nobody knows; media need nothing. Pure. */
function keepNeedsUnseen(entries: readonly EntryCandidate[]): readonly RemovableCandidate[] {
  const unseen = entries.some(({ what, unreadable }) => unreadable && !what.startsWith("media/"));
  if (!unseen) return entries;
  return entries.map((entry) => ({ ...entry, keep: entry.keep ?? maybeNeeded }));
}

async function entriesOfKind(
  context: Context,
  kind: StoreKind,
  keepOf: (kind: StoreKind, key: string, look: Look) => string | undefined,
  heed: { readonly names: boolean },
): Promise<EntryCandidate[]> {
  const { layout } = context.store;
  const names = await readdir(layout.kind(kind));
  const keys = names.filter((key) => !key.startsWith("."));
  return Promise.all(
    keys.map(async (key): Promise<EntryCandidate> => {
      const directory = layout.entry(kind, key);
      const look = await lookAt(context.store, { kind, key });
      const usedMs = await usedAt(context, { kind, key });
      const createdMs = typeof look === "string" ? 0 : Date.parse(look.createdAt);
      return {
        what: entryName({ kind, key }),
        sizeBytes: await diskUsage(directory),
        damaged: look === "damaged",
        unreadable: look === "unreadable",
        usedMs: usedMs ?? (Number.isNaN(createdMs) ? 0 : createdMs),
        needs: needsSeen(look),
        keep: keepOf(kind, key, look),
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
  const look = await lookAt(store, name);
  if (look === "unreadable") return unreadableNow;
  const why =
    planned.names && look !== "damaged"
      ? named(await readKnownNames(store.layout), name)
      : undefined;
  return why ?? whyNeeded(store, name);
}

const noNames: KnownNames = { names: new Map(), unreadable: [] };

/** `named toolchain, warm`. Whose name can't be read, any state may be. Pure. */
function named({ names, unreadable }: KnownNames, { kind, key }: EntryName): string | undefined {
  if (kind !== "states") return undefined;
  const found = namesOf(names, key);
  if (found.length > 0) return `named ${found.join(", ")}`;
  return unreadable.length === 0
    ? undefined
    : `may be ${unreadable.join(", ")}, which can't be read now`;
}

function tellUnreadable({ store, emit }: Context, { unreadable }: KnownNames): void {
  for (const name of unreadable) {
    emit({
      type: "warning",
      code: "PIPELINE_STORE_DAMAGED",
      message: `which state has the name ${name} can't be read, so every state stays`,
      hint: `make ${join(store.layout.names, name)} readable, or remove it: then no state has this name`,
    });
  }
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
      await removeTree(directory);
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

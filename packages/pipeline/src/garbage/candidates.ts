import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { namesOf, readKnownNames, type KnownNames } from "../states/state-names.ts";
import type { StoreKind } from "../store/layout.ts";
import { entryName, type EntryName } from "../store/needs.ts";
import { isPinned, pinnedNames } from "../store/pins.ts";
import { readUses } from "../store/run-owner.ts";
import { diskUsage } from "../verbs/records.ts";
import { lookAt, maybeNeeded, needsSeen, unreadableNow, whyNeeded, type Look } from "./look.ts";
import { failures, packages, type RemovableCandidate } from "./rest.ts";

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
    ...(await Promise.all([failures(context.store), packages(context.store)])).flat(),
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

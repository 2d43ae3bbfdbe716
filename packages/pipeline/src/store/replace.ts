import { randomBytes } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { describeError, syncToDisk } from "@winvm/runtime";
import { PipelineError } from "../errors.ts";
import type { StoreKind, StoreLayout } from "./layout.ts";
import { isAbsence, readWhole } from "./manifest.ts";

/*
 * How an entry gets its name, and loses it. No call of the kernel that Node knows exchanges two directories, so between two
 * renames there is none of that name. What is moved away to be replaced is called `.old-…` as long as it is whole, and is put
 * back by whoever next has the key's lock; what is on its way out is called `.gone-…` and may be half.
 */

/** An entry's place, as in `EntryName`. */
interface Place {
  readonly kind: StoreKind;
  readonly key: string;
}

/** Gives a complete directory the entry's name, whether there is one already or not. Under the key's lock. */
export async function putInPlace(
  layout: StoreLayout,
  { kind, key }: Place,
  complete: string,
): Promise<void> {
  const old = await moveAway(layout, { kind, key }, "old");
  try {
    await rename(complete, layout.entry(kind, key));
  } catch (error) {
    // Where that fails, too, whoever next has the lock does it.
    if (old !== undefined) await rename(old, layout.entry(kind, key)).catch(() => {});
    throw error;
  }
  // The name as well, before the old one goes.
  await syncToDisk(layout.kind(kind));
  if (old !== undefined) await dropMoved(layout, { kind, key }, old);
}

/** Removes an entry: at once it has no name any more. Under the key's lock. */
export async function dropEntry(layout: StoreLayout, place: Place): Promise<void> {
  const gone = await moveAway(layout, place, "gone");
  if (gone !== undefined) await rm(gone, { recursive: true, force: true });
}

/** The key of what was moved away to be replaced; `undefined` for any other name. Pure. */
export function replacedKey(name: string): string | undefined {
  return /^\.old-([0-9a-f]+)-\d+-/.exec(name)?.[1];
}

/**
 * Puts back what somebody moved away who was killed before its successor had its name. Under the key's lock: whoever moves
 * an entry away holds it meanwhile. It may be the only copy: where nobody can tell now whether it is whole, it stays.
 *
 * @param leave.unreadable That is no error then. Once the entry has its name, another call removes what was left.
 * @throws PipelineError `PIPELINE_STORE_DAMAGED` where it can't be read; Error where it can't be renamed.
 */
export async function putBack(
  layout: StoreLayout,
  { kind, key }: Place,
  leave: { readonly unreadable: boolean } = { unreadable: false },
): Promise<void> {
  const entry = layout.entry(kind, key);
  const directory = layout.kind(kind);
  for (const name of await readdir(directory).catch(() => [])) {
    if (replacedKey(name) !== key) continue;
    const old = join(directory, name);
    let wanted = false;
    if (!(await isThere(entry))) {
      try {
        wanted = await isWhole(old, entry);
      } catch (error) {
        if (leave.unreadable) continue;
        throw error;
      }
    }
    if (wanted) await rename(old, entry);
    else await dropMoved(layout, { kind, key }, old);
  }
}

async function moveAway(
  layout: StoreLayout,
  place: Place,
  as: "old" | "gone",
): Promise<string | undefined> {
  const away = newName(layout, place, as);
  try {
    await rename(layout.entry(place.kind, place.key), away);
    return away;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

async function dropMoved(layout: StoreLayout, place: Place, old: string): Promise<void> {
  const gone = newName(layout, place, "gone");
  await rename(old, gone);
  await rm(gone, { recursive: true, force: true });
}

/** The name of a directory that is no entry: its kind, its key, its maker. */
export function newName(
  layout: StoreLayout,
  { kind, key }: Place,
  what: "new" | "old" | "gone",
): string {
  const nonce = randomBytes(3).toString("hex");
  return join(layout.kind(kind), `.${what}-${key}-${process.pid}-${nonce}`);
}

/** A damaged entry that was to be made anew is not wanted back. */
async function isWhole(old: string, entry: string): Promise<boolean> {
  try {
    return (await readWhole(old)) !== undefined;
  } catch (error) {
    const cause: unknown = error instanceof PipelineError ? error.cause : error;
    throw new PipelineError({
      code: "PIPELINE_STORE_DAMAGED",
      asked: `put ${old} back as ${entry}`,
      happened: `it can't be read: ${describeError(cause)}`,
      hint: `make ${old} readable, or remove it: then the entry is made anew`,
      data: { directory: old, faults: [] },
      cause,
    });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (isAbsence(error)) return false;
      throw error;
    },
  );
}

import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isProcessAlive, parseHolder, removeTree } from "@winvm/runtime";
import type { StoreLayout } from "../store/layout.ts";
import { isAbsence } from "../store/manifest.ts";
import type { Store } from "../store/store.ts";
import { diskUsage } from "../verbs/records.ts";
import type { Candidate } from "./plan.ts";

/* What can be removed besides entries. */

/** A candidate, and how it is removed. */
export interface RemovableCandidate extends Candidate {
  /** Looks again first: what was found may be long ago. Says why the candidate stays after all. */
  readonly remove: () => Promise<string | undefined>;
}

/** Evidence of failures. */
export async function failures({ layout }: Store): Promise<readonly RemovableCandidate[]> {
  const root = layout.failures;
  const found = (await readdir(root)).map(async (id) =>
    removable(`failures/${id}`, join(root, id), async () => undefined),
  );
  return (await Promise.all(found)).flat();
}

/** What was downloaded can be downloaded again; not while somebody builds from it. */
export async function packages({ layout }: Store): Promise<readonly RemovableCandidate[]> {
  const found = await unlessGone(readdir(layout.packages));
  if (found === undefined || found.length === 0) return [];
  const keep = async () => ((await mediaAreMade(layout)) ? "in use" : undefined);
  return removable("cache/packages", layout.packages, keep);
}

/** Whether a living process has the lock of a medium. One that was killed leaves its lock to the next. */
async function mediaAreMade(layout: StoreLayout): Promise<boolean> {
  const directory = dirname(layout.lock("media", ""));
  const locks = (await readdir(directory)).filter((name) => name.startsWith("media-"));
  const held = locks.map(async (name) => {
    const file = join(directory, name);
    const text = await readFile(file, "utf8").catch(() => undefined);
    // Let go of this moment.
    if (text === undefined) return false;
    const holder = parseHolder(text);
    if (holder !== undefined) return isProcessAlive(holder);
    // Where a file system has no links, a lock is empty for a moment; later it is what a power cut has left.
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
    return Math.abs(Date.now() - mtimeMs) < 2000;
  });
  return (await Promise.all(held)).includes(true);
}

/** None where the directory is gone meanwhile: each failure removes old evidence. */
async function removable(
  what: string,
  directory: string,
  keep: () => Promise<string | undefined>,
): Promise<readonly RemovableCandidate[]> {
  const usedMs = await unlessGone(newestMs(directory));
  if (usedMs === undefined) return [];
  const candidate: RemovableCandidate = {
    what,
    sizeBytes: await diskUsage(directory),
    damaged: false,
    usedMs,
    needs: [],
    keep: await keep(),
    remove: async () => {
      const why = await keep();
      if (why === undefined) await removeTree(directory);
      return why;
    },
  };
  return [candidate];
}

/** When the newest file below a directory was written. @throws Error where the directory is not there. */
async function newestMs(directory: string): Promise<number> {
  let newest = (await stat(directory)).mtimeMs;
  const below = await unlessGone(readdir(directory, { withFileTypes: true, recursive: true }));
  for (const entry of below ?? []) {
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    newest = Math.max(newest, found?.mtimeMs ?? 0);
  }
  return newest;
}

async function unlessGone<T>(looking: Promise<T>): Promise<T | undefined> {
  return looking.catch((error: NodeJS.ErrnoException) => {
    if (isAbsence(error)) return undefined;
    throw error;
  });
}

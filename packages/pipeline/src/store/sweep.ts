import { readdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { isProcessAlive, parseHolder, removeTree, tryLock } from "@winvm/runtime";
import { poolFiles, type StoreKind, type StoreLayout } from "./layout.ts";
import { putBack, replacedKey } from "./replace.ts";
import { readRunOwner } from "./run-owner.ts";

/** What {@link sweepDead} removed. */
export interface Swept {
  readonly what: string;
  readonly path: string;
}

/**
 * Removes what processes that no longer run left behind: their runs, half-made entries, pools. An entry that they were about to
 * replace is put back.
 */
export async function sweepDead(layout: StoreLayout): Promise<readonly Swept[]> {
  const swept: Swept[] = [];
  const drop = async (what: string, path: string): Promise<void> => {
    await removeTree(path);
    swept.push({ what, path });
  };
  for (const id of await names(layout.runs)) {
    const path = join(layout.runs, id);
    // One that can't be removed must not keep everybody from the store.
    if (!(await ownerRuns(path))) await drop(`runs/${id}`, path).catch(() => {});
  }
  for (const kind of ["media", "images", "states"] as const) {
    for (const name of await names(layout.kind(kind))) {
      const replaced = replacedKey(name);
      // One that can't be put back now is left to whoever needs it: he is told why.
      if (replaced !== undefined) {
        const work = () => putBack(layout, { kind, key: replaced });
        await withLock(layout, kind, replaced, work).catch(() => {});
      }
      const [, key, pid] = /^\.(?:new|gone)-([0-9a-f]+)-(\d+)-/.exec(name) ?? [];
      if (key === undefined || (await processRuns(Number(pid)))) continue;
      // Its maker may have that number in another container; he has the key's lock.
      await withLock(
        layout,
        kind,
        key,
        () => drop(`${kind}/${name}`, join(layout.kind(kind), name)),
        // The remains of an entry that the kernel does not let be read may not be removable.
      ).catch(() => {});
    }
  }
  for (const key of await names(layout.pools)) {
    const path = join(layout.pools, key);
    if (await dropDeadPool(path)) swept.push({ what: `pools/${key}`, path });
  }
  return swept;
}

/** Whoever holds the key's lock is at it, or does it himself. */
async function withLock(
  layout: StoreLayout,
  kind: StoreKind,
  key: string,
  work: () => Promise<unknown>,
): Promise<void> {
  const attempt = await tryLock(layout.lock(kind, key));
  if ("holder" in attempt) return;
  await using _lock = attempt.lock;
  await work();
}

/**
 * Removes a pool's directory whose lock has a dead holder. Under that lock, and the directory only when it is empty: one
 * that is being started this moment takes the lock, or makes the directory again.
 */
async function dropDeadPool(directory: string): Promise<boolean> {
  const lock = join(directory, poolFiles.lock);
  const holder = parseHolder(await readFile(lock, "utf8").catch(() => ""));
  if (holder === undefined || (await isProcessAlive(holder))) return false;
  const attempt = await tryLock(lock).catch(() => undefined);
  if (attempt === undefined || "holder" in attempt) return false;
  await rm(join(directory, poolFiles.socket), { force: true });
  await attempt.lock[Symbol.asyncDispose]();
  return rmdir(directory).then(
    () => true,
    () => false,
  );
}

async function names(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

/** A run without a readable owner is one that is being made this moment: its name holds the maker's pid. */
async function ownerRuns(directory: string): Promise<boolean> {
  const owner = await readRunOwner(directory);
  if (owner !== undefined) return isProcessAlive(owner);
  const pid = /-(\d+)$/.exec(directory)?.[1];
  return pid !== undefined && processRuns(Number(pid));
}

async function processRuns(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/stat`).then(
    () => true,
    () => false,
  );
}

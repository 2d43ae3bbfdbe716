import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { entryName, type EntryName } from "./needs.ts";
import { writeRunOwner } from "./run-owner.ts";
import type { Store } from "./store.ts";

/** Keeps entries from being collected as garbage by others, as a run does, for as long as something is made from them. */
export async function claimEntries(
  store: Store,
  names: readonly EntryName[],
): Promise<AsyncDisposable> {
  if (names.length === 0) return { [Symbol.asyncDispose]: async () => {} };
  const directory = join(
    store.layout.runs,
    `claim-${randomBytes(6).toString("hex")}-${process.pid}`,
  );
  const release = (): Promise<void> => rm(directory, { recursive: true, force: true });
  await mkdir(directory, { mode: 0o700 });
  try {
    await writeRunOwner(directory, { uses: names.map(entryName) });
  } catch (error) {
    await release();
    throw error;
  }
  return { [Symbol.asyncDispose]: release };
}

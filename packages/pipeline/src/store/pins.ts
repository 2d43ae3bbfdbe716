import { readdir, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { writeFileAtomically } from "@winvm/runtime";
import type { EntryName } from "./needs.ts";
import type { Store } from "./store.ts";

/** Whether an entry is pinned. */
export async function isPinned(store: Store, { kind, key }: EntryName): Promise<boolean> {
  return stat(store.layout.pin(kind, key)).then(
    () => true,
    () => false,
  );
}

/** Pins an entry, so that it is also after a power cut, or lets go of it. */
export async function setPinned(
  store: Store,
  { kind, key }: EntryName,
  pinned: boolean,
): Promise<void> {
  const file = store.layout.pin(kind, key);
  if (pinned) await writeFileAtomically(file, "", { mode: 0o600, durable: true });
  else await rm(file, { force: true });
}

/** All that is pinned, as `kind-key`. */
export async function pinnedNames(store: Store): Promise<ReadonlySet<string>> {
  return new Set(await readdir(dirname(store.layout.pin("states", ""))));
}

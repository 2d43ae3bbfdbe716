import { readdir } from "node:fs/promises";
import { readWhole, type Manifest } from "../store/manifest.ts";
import { entryName, needsOf, type EntryName } from "../store/needs.ts";
import type { Store } from "../store/store.ts";

/** An entry's manifest, or why there is none: it is not whole, or nobody can tell now. */
export type Look = Manifest | "damaged" | "unreadable";

/** Why an entry stays that the kernel does not let be read. */
export const unreadableNow = "can't be read now";

/** Why all others stay then. */
export const maybeNeeded = "may be needed by what can't be read now";

/** Looks at an entry of the store. */
export async function lookAt({ layout }: Store, { kind, key }: EntryName): Promise<Look> {
  return readWhole(layout.entry(kind, key)).then(
    (manifest) => manifest ?? "damaged",
    () => "unreadable",
  );
}

/** Why the store's other entries can't do without one; `undefined` where they can. */
export async function whyNeeded(store: Store, name: EntryName): Promise<string | undefined> {
  const looks = (
    await Promise.all((["states", "images"] as const).map((kind) => lookAtAll(store, kind)))
  ).flat();
  const needed = looks.flatMap((look) => needsSeen(look));
  if (needed.includes(entryName(name))) return "needed by what is kept";
  return looks.includes("unreadable") ? maybeNeeded : undefined;
}

/** Names of what an entry needs, as far as that can be seen. Pure. */
export function needsSeen(look: Look): readonly string[] {
  return typeof look === "string" ? [] : needsOf(look).map(entryName);
}

async function lookAtAll(store: Store, kind: "states" | "images"): Promise<readonly Look[]> {
  const keys = (await readdir(store.layout.kind(kind))).filter((key) => !key.startsWith("."));
  return Promise.all(keys.map((key) => lookAt(store, { kind, key })));
}

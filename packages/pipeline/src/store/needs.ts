import type { StoreKind } from "./layout.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import type { Store, StoreEntry } from "./store.ts";

/** An entry's place in the store. */
export interface EntryName {
  readonly kind: StoreKind;
  readonly key: string;
}

/** What an entry can't do without, by the inputs of its manifest: its image, its controller, the state it was made from. */
export function needsOf({ inputs }: Pick<Manifest, "inputs">): readonly EntryName[] {
  const needs: readonly [StoreKind, unknown][] = [
    ["media", inputs["controller"]],
    ["images", inputs["image"]],
    ["states", inputs["parent"]],
  ];
  return needs.flatMap(([kind, key]) => (typeof key === "string" ? [{ kind, key }] : []));
}

/** `states/4f…` */
export function entryName({ kind, key }: EntryName): string {
  return `${kind}/${key}`;
}

/**
 * An entry and all that it needs, what is needed before what needs it.
 *
 * @throws PipelineError `PIPELINE_STORE_DAMAGED` where one of them is missing or damaged.
 */
export async function withNeeds(store: Store, name: EntryName): Promise<readonly StoreEntry[]> {
  const found = new Map<string, StoreEntry>();
  const visit = async (wanted: EntryName, path: readonly string[]): Promise<void> => {
    const text = entryName(wanted);
    if (found.has(text) || path.includes(text)) return;
    const directory = store.layout.entry(wanted.kind, wanted.key);
    const manifest = await readManifest(directory);
    for (const need of needsOf(manifest)) await visit(need, [...path, text]);
    found.set(text, { directory, manifest, cached: true });
  };
  await visit(name, []);
  return [...found.values()];
}

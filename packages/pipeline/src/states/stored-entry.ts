import { PipelineError } from "../errors.ts";
import type { Context } from "../context.ts";
import type { StoreEntry } from "../store/store.ts";
import { entriesOf } from "../verbs/list.ts";
import { parentOf } from "./ancestry.ts";
import { readStateNames } from "./state-names.ts";

/**
 * The state of the store that a text names: its name, its key, the beginning of its key (four digits or more), or a guest,
 * whose newest plain state it then is.
 *
 * @throws PipelineError `PIPELINE_STATE_UNKNOWN`, `PIPELINE_STATE_AMBIGUOUS`
 */
export async function storedState(context: Context, text: string): Promise<StoreEntry> {
  const named = (await readStateNames(context.store.layout)).get(text);
  return pickEntry(await entriesOf(context, "states"), named ?? text, {
    kind: "state",
    lister: "winvm states",
  });
}

/** As {@link storedState}, for images. */
export async function storedImage(context: Context, text: string): Promise<StoreEntry> {
  return pickEntry(await entriesOf(context, "images"), text, {
    kind: "image",
    lister: "winvm images",
  });
}

/** Picks the entry that a text names. Pure. @param entries The newest first. */
export function pickEntry(
  entries: readonly StoreEntry[],
  text: string,
  { kind, lister }: { readonly kind: "state" | "image"; readonly lister: string },
): StoreEntry {
  const isKey = /^[0-9a-f]{4,32}$/.test(text);
  const byKey = isKey ? entries.filter(({ manifest }) => manifest.key.startsWith(text)) : [];
  const byGuest = entries.filter(
    ({ manifest }) => manifest.inputs["guest"] === text && parentOf(manifest) === undefined,
  );
  // Guests have numbers too (2008): where both fit, the guest is what was typed by hand.
  const found = byGuest[0] ?? byKey[0];
  if (found !== undefined && (byGuest.length > 0 || byKey.length === 1)) return found;
  throw new PipelineError({
    code: byKey.length > 1 ? "PIPELINE_STATE_AMBIGUOUS" : "PIPELINE_STATE_UNKNOWN",
    asked: `find the ${kind} ${text}`,
    happened:
      byKey.length > 1
        ? `the keys of ${byKey.length} begin so: ${byKey.map(({ manifest }) => manifest.key).join(", ")}`
        : `the store has no ${kind} of that name, key or guest`,
    hint:
      byKey.length > 1
        ? "give more digits of the key"
        : `\`${lister}\` lists those that there are; four digits of a key are enough`,
    data: { text, keys: byKey.map(({ manifest }) => manifest.key) },
  });
}

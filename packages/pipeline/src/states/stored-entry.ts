import { findGuest } from "@winvm/unattend/catalogue";
import { PipelineError } from "../errors.ts";
import type { Context } from "../context.ts";
import type { StoreEntry } from "../store/store.ts";
import { entriesOf } from "../verbs/list.ts";
import { parentOf } from "./ancestry.ts";
import { isGuestName } from "./find-state.ts";
import { resolveState, type KnownStates } from "./resolve-state.ts";
import { readStateNames, type StateNames } from "./state-names.ts";

/**
 * The state of the store that a text names: as in {@link resolveState}, but of a guest the newest plain state that there is.
 *
 * @throws PipelineError `PIPELINE_STATE_UNKNOWN`, `PIPELINE_STATE_AMBIGUOUS`
 */
export async function storedState(context: Context, text: string): Promise<StoreEntry> {
  const names = await readStateNames(context.store.layout);
  return pickEntry(await entriesOf(context, "states"), text, { kind: "state", names });
}

/** As {@link storedState}, for images, which have no names. */
export async function storedImage(context: Context, text: string): Promise<StoreEntry> {
  const names: StateNames = new Map();
  return pickEntry(await entriesOf(context, "images"), text, { kind: "image", names });
}

/** Picks the entry that a text names. Pure. @param entries The newest first. */
export function pickEntry(
  entries: readonly StoreEntry[],
  text: string,
  { kind, names }: { readonly kind: "state" | "image" } & Pick<KnownStates, "names">,
): StoreEntry {
  const keys = entries.map(({ manifest }) => manifest.key);
  const meant = resolveState(text, { names, keys, isGuest: isGuestName, kind });
  const guest = meant.kind === "guest" ? findGuest(meant.guest).name : undefined;
  const found = entries.find(({ manifest }) =>
    meant.kind === "key"
      ? manifest.key === meant.key
      : manifest.inputs["guest"] === guest && parentOf(manifest) === undefined,
  );
  if (found !== undefined) return found;
  throw new PipelineError({
    code: "PIPELINE_STATE_UNKNOWN",
    asked: `find the ${kind} ${text}`,
    happened: `the store has no ${kind} of this guest`,
    hint: `\`winvm ${kind}s\` lists those that there are`,
    data: { text },
  });
}

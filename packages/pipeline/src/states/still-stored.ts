import { PipelineError } from "../errors.ts";
import type { StoreEntry, Store } from "../store/store.ts";

/** An entry that was found in the store before. */
export interface FoundEntry {
  readonly kind: "states" | "images";
  readonly key: string;
}

/**
 * Looks again for an entry, where nobody can remove it any more, and marks its use.
 *
 * @throws PipelineError `PIPELINE_STATE_UNKNOWN` where it was removed meanwhile.
 */
export async function stillStored(
  store: Store,
  { kind, key }: FoundEntry,
  asked: string,
): Promise<StoreEntry> {
  const entry = await store.find(kind, key);
  if (entry !== undefined) return entry;
  throw new PipelineError({
    code: "PIPELINE_STATE_UNKNOWN",
    asked,
    happened: "it was removed from the store meanwhile",
    hint: `\`winvm ${kind}\` lists those that there are`,
    data: { text: key },
  });
}

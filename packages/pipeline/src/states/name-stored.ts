import type { Context } from "../context.ts";
import { takeLock } from "../store/lock.ts";
import type { StoreEntry } from "../store/store.ts";
import { giveStateName } from "./state-names.ts";
import { stillStored } from "./still-stored.ts";

/** A state of the store that has got its name. */
export interface NamedEntry {
  readonly entry: StoreEntry;
  /** The key of the state that had the name. */
  readonly movedFrom: string | undefined;
}

/**
 * Gives a name to a state that was found in the store. Under its lock, so that `collectGarbage` sees the name, or has removed
 * the state before.
 *
 * @throws PipelineError `PIPELINE_STATE_UNKNOWN` where it was removed meanwhile; the name is where it was then.
 */
export async function nameStored(
  { store, signal, emit }: Context,
  name: string,
  key: string,
): Promise<NamedEntry> {
  const lock = store.layout.lock("states", key);
  await using _lock = await takeLock(lock, `states/${key}`, { signal, onEvent: emit });
  const entry = await stillStored(store, { kind: "states", key }, `name the state ${key}`);
  return { entry, movedFrom: await giveStateName(store.layout, name, key) };
}

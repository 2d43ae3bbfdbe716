import { openContext } from "../context.ts";
import type { ImageRecord, StateRecord } from "../records.ts";
import type { PipelineOptions } from "../request.ts";
import { takeLock } from "../store/lock.ts";
import { entryName } from "../store/needs.ts";
import { setPinned } from "../store/pins.ts";
import { stillStored } from "../states/still-stored.ts";
import { storedImage, storedState } from "../states/stored-entry.ts";
import { imageRecord, stateRecord } from "./records.ts";

/** What is pinned, or let go of. */
export interface PinRequest {
  readonly kind: "states" | "images";
  /** A key, the beginning of one (four digits or more), a guest, whose newest it then is, or a state's name. */
  readonly name: string;
  readonly pinned: boolean;
}

/**
 * Pins a state or an image: until it is let go, `collectGarbage` keeps it and what it needs, whatever else is asked for. Under
 * its lock, so that `collectGarbage` sees the pin, or has removed the entry before.
 *
 * @throws PipelineError `PIPELINE_STATE_UNKNOWN`
 */
export async function pinEntry(
  { kind, name, pinned }: PinRequest,
  options: PipelineOptions = {},
): Promise<ImageRecord | StateRecord> {
  const context = await openContext(options);
  const isState = kind === "states";
  const { store, signal, emit } = context;
  const found = await (isState ? storedState : storedImage)(context, name);
  const { key } = found.manifest;
  await using _lock = await takeLock(store.layout.lock(kind, key), entryName({ kind, key }), {
    signal,
    onEvent: emit,
  });
  const asked = `${pinned ? "pin" : "let go of"} ${entryName({ kind, key })}`;
  const entry = await stillStored(store, { kind, key }, asked);
  await setPinned(store, { kind, key }, pinned);
  return (isState ? stateRecord : imageRecord)(store, entry);
}

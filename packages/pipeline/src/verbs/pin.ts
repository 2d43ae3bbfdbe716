import { openContext } from "../context.ts";
import type { ImageRecord, StateRecord } from "../records.ts";
import type { PipelineOptions } from "../request.ts";
import { setPinned } from "../store/pins.ts";
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
 * Pins a state or an image: until it is let go, `collectGarbage` keeps it and what it needs, whatever else is asked for.
 *
 * @throws PipelineError `PIPELINE_STATE_UNKNOWN`
 */
export async function pinEntry(
  { kind, name, pinned }: PinRequest,
  options: PipelineOptions = {},
): Promise<ImageRecord | StateRecord> {
  const context = await openContext(options);
  const isState = kind === "states";
  const entry = await (isState ? storedState : storedImage)(context, name);
  await setPinned(context.store, entry.manifest, pinned);
  return (isState ? stateRecord : imageRecord)(context.store, entry);
}

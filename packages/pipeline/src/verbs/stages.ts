import { openContext } from "../context.ts";
import { pairSource } from "../machines/resources.ts";
import type { ImageRecord, StateRecord } from "../records.ts";
import type { GuestRequest, PipelineOptions } from "../request.ts";
import { findSource } from "../stages/guest-source.ts";
import { installStage } from "../stages/install.ts";
import { suspendStage } from "../stages/suspend.ts";
import { imageRecord, stateRecord } from "./records.ts";

/**
 * Stage 1 by itself: the image of a guest, installed where there is none.
 *
 * @throws PipelineError, and the errors of the packages below.
 */
export async function install(
  request: GuestRequest,
  options: PipelineOptions = {},
): Promise<ImageRecord> {
  const context = await openContext(options);
  const image = await installStage(context, await findSource(context, request));
  return imageRecord(context.store, image);
}

/**
 * Stages 1 and 2: the state of a guest, made where there is none.
 *
 * @throws PipelineError, and the errors of the packages below.
 */
export async function suspend(
  request: GuestRequest,
  options: PipelineOptions = {},
): Promise<StateRecord> {
  const context = await openContext(options);
  const source = await findSource(context, request);
  const pair = pairSource(source, request);
  const image = await installStage(context, source);
  return stateRecord(context.store, await suspendStage(context, pair, image, request));
}

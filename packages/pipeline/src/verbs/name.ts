import { formatFaults } from "@winvm/runtime";
import { openContext } from "../context.ts";
import { PipelineError } from "../errors.ts";
import type { NamedState } from "../records.ts";
import type { PipelineOptions } from "../request.ts";
import { isGuestName } from "../states/find-state.ts";
import { isStateName, stateNameFaults } from "../states/state-name.ts";
import { nameStored } from "../states/name-stored.ts";
import { dropStateName } from "../states/state-names.ts";
import { storedState } from "../states/stored-entry.ts";
import { stateRecord } from "./records.ts";

/** Which state gets which name. */
export interface NameRequest {
  readonly name: string;
  /** A key, the beginning of one (four digits or more), another name of the state, or a guest, whose newest plain state it then is. */
  readonly state: string;
}

/**
 * Gives a state a name, as `layer` does: `collectGarbage` keeps it as long as it has one. A name that another state had is
 * taken from that.
 *
 * @throws PipelineError `PIPELINE_INVALID_REQUEST`, `PIPELINE_STATE_UNKNOWN`, `PIPELINE_STATE_AMBIGUOUS`
 */
export async function nameState(
  { name, state }: NameRequest,
  options: PipelineOptions = {},
): Promise<NamedState> {
  const faults = stateNameFaults("name", name, isGuestName);
  if (faults.length > 0) {
    throw new PipelineError({
      code: "PIPELINE_INVALID_REQUEST",
      asked: `name the state ${state}`,
      happened: formatFaults(faults),
      hint: "give another name",
      data: { faults },
    });
  }
  const context = await openContext(options);
  const found = await storedState(context, state);
  const { entry, movedFrom } = await nameStored(context, name, found.manifest.key);
  return {
    name,
    state: await stateRecord(context.store, entry),
    ...(movedFrom === undefined ? {} : { movedFrom }),
  };
}

/**
 * Gives a name up. Its state stays until `collectGarbage` takes it.
 *
 * @returns the key of the state that had it.
 * @throws PipelineError `PIPELINE_STATE_UNKNOWN`
 */
export async function unnameState(
  name: string,
  options: PipelineOptions = {},
): Promise<{ readonly name: string; readonly key: string }> {
  const { store } = await openContext(options);
  const key = isStateName(name) ? await dropStateName(store.layout, name) : undefined;
  if (key !== undefined) return { name, key };
  throw new PipelineError({
    code: "PIPELINE_STATE_UNKNOWN",
    asked: `give up the name ${JSON.stringify(name)}`,
    happened: "no state has this name",
    hint: "`winvm states` shows the names that there are",
    data: { name },
  });
}

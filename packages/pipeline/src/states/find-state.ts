import { join } from "node:path";
import { findGuest } from "@winvm/unattend/catalogue";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { pairSource } from "../machines/resources.ts";
import type { GuestRequest } from "../request.ts";
import { findSource } from "../stages/guest-source.ts";
import { installStage } from "../stages/install.ts";
import { suspendStage } from "../stages/suspend.ts";
import type { StoreEntry } from "../store/store.ts";
import { ancestorsOf } from "./ancestry.ts";
import { resolveState } from "./resolve-state.ts";
import { readKnownNames } from "./state-names.ts";

/** Which state is meant; `from` as in {@link resolveState}. */
export interface StateRequest extends GuestRequest {
  readonly from?: string | undefined;
}

/** Whether a name, or another form of it, is one of the catalogue. */
export function isGuestName(name: string): boolean {
  try {
    findGuest(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * The state that is meant: a guest's plain one, made where it is missing, or one that the store has, with all that is
 * below it.
 *
 * @throws PipelineError `PIPELINE_STATE_UNKNOWN`, `PIPELINE_STATE_AMBIGUOUS`, `PIPELINE_INVALID_REQUEST`,
 *   `PIPELINE_STORE_DAMAGED`, and the errors of the stages.
 */
export async function findState(context: Context, request: StateRequest): Promise<StoreEntry> {
  const { from, ...guestRequest } = request;
  if (from === undefined) return plainState(context, guestRequest);
  if (request.guest !== undefined) {
    throw unfit(from, ["guest"], "a state has its guest: leave one of the two out");
  }
  const { store } = context;
  const keys = await store.keys("states");
  const { names, unreadable } = await readKnownNames(store.layout);
  if (unreadable.includes(from)) {
    const file = join(store.layout.names, from);
    throw new PipelineError({
      code: "PIPELINE_STORE_DAMAGED",
      asked: `find the state ${from}`,
      happened: "which state has this name can't be read",
      hint: `make ${file} readable, or remove it and name the state anew; \`winvm states\` lists the keys`,
      data: { from, file },
    });
  }
  const meant = resolveState(from, { names, keys, isGuest: isGuestName });
  if (meant.kind === "guest") return plainState(context, { ...guestRequest, guest: meant.guest });
  const given = installing.filter((name) => request[name] !== undefined);
  if (given.length > 0) {
    throw unfit(from, given, "its guest is installed already: leave that out");
  }
  if (request.rebuild === true) {
    throw unfit(from, ["rebuild"], "`winvm layer` makes a layer, `winvm suspend` a plain state");
  }
  const state = await store.find("states", meant.key);
  if (state === undefined) {
    // Removed this moment: the second look says so.
    context.signal?.throwIfAborted();
    return findState(context, request);
  }
  await ancestorsOf(store, state.manifest);
  return state;
}

async function plainState(context: Context, request: GuestRequest): Promise<StoreEntry> {
  const source = await findSource(context, request);
  const pair = pairSource(source, request);
  return suspendStage(context, pair, await installStage(context, source), request);
}

/** What says how a guest is installed and frozen, so that it has no place beside a state. */
const installing = [
  "iso",
  "cygwin",
  "architecture",
  "firmware",
  "edition",
  "productKey",
  "language",
  "keyboard",
  "timeZone",
  "computerName",
  "user",
  "password",
  "commands",
  "tpm",
  "drivers",
  "shellProvider",
  "openSsh",
  "warmUp",
  "memoryBytes",
  "cpus",
] as const satisfies readonly (keyof GuestRequest)[];

function unfit(from: string, names: readonly string[], hint: string): PipelineError {
  return new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: `use the state ${from}`,
    happened: `it was asked for together with ${names.join(", ")}`,
    hint,
    data: { from, names },
  });
}

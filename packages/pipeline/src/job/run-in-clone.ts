import type { RunningMachine } from "@winvm/qemu";
import { newIdentity } from "../clone/identity.ts";
import { openCloneDirectory, revive, type MachineListener } from "../clone/revive.ts";
import type { Context } from "../context.ts";
import { errorJson } from "../evidence.ts";
import type { RunResult } from "../records.ts";
import type { RunRequest } from "../request.ts";
import type { StoreEntry } from "../store/store.ts";
import { outcomeOfFailure } from "./outcome-of-failure.ts";
import { newNonce } from "./run-job.ts";
import { logsOf, runOnClone, withBundle } from "./run-on-clone.ts";

/**
 * Runs a job in a clone of its own. Never rejects.
 *
 * @param onMachine is told the machines once they have been started.
 */
export async function runInClone(
  context: Context,
  state: StoreEntry,
  request: RunRequest,
  onMachine?: MachineListener,
): Promise<RunResult> {
  const machines: RunningMachine[] = [];
  const host = await context.host();
  let id = "";
  try {
    await using place = await openCloneDirectory(context, state.manifest.key, request.shares ?? []);
    ({ id } = place);
    const nonce = newNonce();
    const witnesses = { what: "run", machines, logs: logsOf(place) };
    // The job is staged while the machines are loaded: neither waits for the other.
    const unwanted = new AbortController();
    const signals = [unwanted.signal, ...(context.signal === undefined ? [] : [context.signal])];
    const staged = (async () => {
      if (request.inputs !== undefined)
        await place.exchange.stageInputs(request.inputs, AbortSignal.any(signals));
      return place.exchange.stageJob(request.job, { nonce, shares: place.shares });
    })();
    staged.catch(() => {});
    try {
      const onStart: MachineListener = (machine) => {
        machines.push(machine);
        onMachine?.(machine);
      };
      const identity = newIdentity(request.identity);
      await using clone = await revive(context, host, state, place, onStart, { identity });
      return await runOnClone(context, clone, request, { ...(await staged), nonce }, witnesses);
    } catch (error) {
      // Nothing may be written any more to what is removed next.
      unwanted.abort();
      const refused = await staged.then(
        () => false,
        (stagingError: unknown) => stagingError === error,
      );
      if (context.signal?.aborted) return { runId: id, outcome: { kind: "cancelled" } };
      const kind = refused || isOfFiles(error) ? "refused" : "reviveFailed";
      const outcome = await withBundle(context, { kind, error: errorJson(error) }, witnesses);
      return { runId: id, outcome };
    }
  } catch (error) {
    return { runId: id, outcome: outcomeOfFailure(error, context.signal) };
  }
}

/** What is wrong with the job's files is the caller's to mend. */
function isOfFiles(error: unknown): boolean {
  const { code } = errorJson(error);
  return code.startsWith("XCHG_");
}

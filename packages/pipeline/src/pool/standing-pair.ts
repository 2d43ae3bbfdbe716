import { pauseTogether, resumeTogether, type RunningMachine } from "@winvm/qemu";
import { requireHost } from "../clone/fingerprint.ts";
import { openCloneDirectory, revive, type Clone } from "../clone/revive.ts";
import { lookAgain, type Context } from "../context.ts";
import { heldBytes } from "../host/memory.ts";
import { PipelineError } from "../errors.ts";
import { logsOf } from "../job/run-on-clone.ts";
import { newNonce } from "../job/run-job.ts";
import type { Witnesses } from "../evidence.ts";
import type { ShareRequest } from "../request.ts";
import { waitUntilQuiet } from "./quiet.ts";

/** How long the runner may take to do nothing. */
const CHECK_LIMIT_MS = 60_000;
/** How long a pair may go on with what it has to do before it is stopped all the same. */
const QUIET_LIMIT_MS = 5000;

/** A clone that has been revived, has shown that it works, and stands still until it gets the one job of its life. */
export interface StandingPair extends AsyncDisposable {
  readonly witnesses: Witnesses;
  /** When its state was made. */
  readonly stateCreatedAt: string;
  /** Settles when one of its machines has ended. */
  readonly ended: Promise<unknown>;
  /**
   * Lets both machines run. `spawnedAt` of the clone is this moment.
   *
   * @param signal The job's: what was the maker's is the job's from here on.
   */
  wake(signal: AbortSignal): Clone;
  /** Bytes of RAM that are its own. */
  privateBytes(): Promise<number>;
}

/**
 * Makes a pair stand ready. The runner does nothing once: it shows that the pair works, and an emulator has translated then
 * what every job goes through. No job has been in it.
 *
 * @throws PipelineError `PIPELINE_POOL_FAILED` where the runner cannot do even nothing, `PIPELINE_STATE_MISMATCH` where the
 *   state was made again with another QEMU; what `revive()` throws.
 */
export async function startStandingPair(
  started: Context,
  stateKey: string,
  shares: readonly ShareRequest[],
): Promise<StandingPair> {
  // A pool may be older than the host's QEMU.
  const context = lookAgain(started);
  const [host, state] = await Promise.all([
    context.host(),
    // Anew each time: it may have been made again, or removed.
    context.store.find("states", stateKey),
  ]);
  if (state === undefined) throw failed(`the state ${stateKey} is no longer in the store`);
  await requireHost(context, state);
  const machines: RunningMachine[] = [];
  await using stack = new AsyncDisposableStack();
  const place = stack.use(await openCloneDirectory(context, stateKey, shares));
  const clone = stack.use(
    await revive(context, host, state, place, (machine) => machines.push(machine)),
  );
  await clone.mounted;
  await doNothing(context, clone);
  const pids = machines.map(({ process }) => process.pid);
  await waitUntilQuiet(pids, { signal: context.signal, timeoutMs: QUIET_LIMIT_MS }).catch(
    (error: unknown) => {
      if (context.signal?.aborted) throw error;
    },
  );
  await pauseTogether([clone.guestVm, clone.controllerVm], { signal: context.signal });
  const owned = stack.move();
  return {
    stateCreatedAt: state.manifest.createdAt,
    witnesses: { what: "run", machines, logs: logsOf(place) },
    ended: Promise.race([clone.guestVm.exited, clone.controllerVm.exited]),
    wake(signal) {
      const spawnedAt = performance.now();
      const resumed = resumeTogether([clone.guestVm, clone.controllerVm], {
        signal,
        timeoutMs: 10_000,
      });
      // Told to whoever waits for it.
      resumed.catch(() => {});
      return { ...clone, spawnedAt, mounted: resumed };
    },
    privateBytes: () => heldBytes(pids),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function doNothing({ signal }: Context, clone: Clone): Promise<void> {
  const { controller, exchange, shares } = clone;
  const nonce = newNonce();
  const job = { command: { kind: "argv", argv: ["true"] } } as const;
  const { command } = await exchange.stageJob(job, { nonce, shares });
  await controller.guest(command, { signal, timeoutMs: CHECK_LIMIT_MS });
  const outcome = await exchange.readOutcome(nonce);
  if (outcome?.kind === "exited" && outcome.exitCode === 0) return;
  throw failed(`the runner did nothing, and ended as ${JSON.stringify(outcome ?? "nothing")}`);
}

function failed(happened: string): PipelineError {
  return new PipelineError({
    code: "PIPELINE_POOL_FAILED",
    asked: "make a pair stand ready",
    happened,
    hint: "`winvm run --no-pool -- true` shows whether the state works; --rebuild makes it anew",
  });
}

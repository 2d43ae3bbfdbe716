import {
  poll,
  processIdentity,
  tryLock,
  type HeldLock,
  type ProcessIdentity,
  type WaitOptions,
} from "@winvm/runtime";
import type { EventListener } from "../events/event.ts";

/** How long a waiter looks away; the holder's end can't be waited for by an event. */
const lookEveryMs = 100;

/**
 * Takes the lock of one key, waiting for the process that holds it. A lock whose holder (pid and start time) no
 * longer runs is taken over.
 *
 * @throws RuntimeError `RUNTIME_TIMEOUT`, `RUNTIME_ABORTED`.
 */
export async function takeLock(
  file: string,
  what: string,
  options: WaitOptions & { onEvent?: EventListener | undefined } = {},
): Promise<HeldLock> {
  let told = false;
  return poll(
    `take the lock of ${what}`,
    async (_attempt, signal) => {
      const attempt = await tryLock(file);
      if ("lock" in attempt) {
        // Whoever has stopped waiting would never let go of it.
        if (signal.aborted) await attempt.lock[Symbol.asyncDispose]();
        return attempt.lock;
      }
      if (!told && options.onEvent !== undefined) {
        const { holder } = attempt;
        const foreign = await isForeign(holder);
        options.onEvent({ type: "lock:wait", what, holder, ...(foreign && { lock: file }) });
      }
      told = true;
      return undefined;
    },
    { signal: options.signal, timeoutMs: options.timeoutMs, intervalMs: lookEveryMs },
  );
}

/** Whether it is a process of another container, of which nobody can tell from here whether it still runs. */
async function isForeign({ pidNamespace }: ProcessIdentity): Promise<boolean> {
  const own = (await processIdentity(process.pid))?.pidNamespace;
  return pidNamespace !== undefined && own !== undefined && pidNamespace !== own;
}

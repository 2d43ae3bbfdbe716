import { isOutOfSight, poll, tryLock, type HeldLock, type WaitOptions } from "@winvm/runtime";
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
        const unseen = await isOutOfSight(holder);
        options.onEvent({ type: "lock:wait", what, holder, ...(unseen && { lock: file }) });
      }
      told = true;
      return undefined;
    },
    { signal: options.signal, timeoutMs: options.timeoutMs, intervalMs: lookEveryMs },
  );
}

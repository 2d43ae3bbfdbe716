import { setTimeout as sleep } from "node:timers/promises";
import { withDeadline, type WaitOptions } from "./deadline.ts";
import { longestTimerMs } from "./timer.ts";

/** How {@link poll} asks. */
export interface PollOptions extends WaitOptions {
  /** Milliseconds between the end of one try and the start of the next. */
  readonly intervalMs: number;
}

/**
 * Asks again and again until the probe answers with something. For things that can't be waited for by an event only.
 * A probe that throws ends the wait with its error.
 *
 * @throws RuntimeError `RUNTIME_TIMEOUT` or `RUNTIME_ABORTED`.
 */
export function poll<T>(
  asked: string,
  probe: (attempt: number, signal: AbortSignal) => Promise<T | undefined>,
  options: PollOptions,
): Promise<T> {
  return withDeadline(
    asked,
    async (signal) => {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await probe(attempt, signal);
        if (answer !== undefined) return answer;
        await sleep(Math.min(options.intervalMs, longestTimerMs), undefined, { signal });
      }
    },
    options,
  );
}

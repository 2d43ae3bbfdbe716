import { RuntimeError } from "../errors/runtime-error.ts";
import { startTimer } from "./timer.ts";

/** How long and how far a wait may go. Every waiting function of winvm takes these. */
export interface WaitOptions {
  /** Ends the wait at once with `RUNTIME_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, 0 or more; the wait ends with `RUNTIME_TIMEOUT` after them. No limit when absent. */
  readonly timeoutMs?: number | undefined;
}

/** The error of a wait that the caller cancelled. */
export function abortedError(asked: string, signal: AbortSignal): RuntimeError {
  return new RuntimeError({
    code: "RUNTIME_ABORTED",
    asked,
    happened: "it was cancelled",
    cause: signal.reason,
  });
}

/**
 * Runs `work` and settles as it does, or rejects when the caller's signal or the time limit comes first. `work` is
 * told through its own signal, so that it can end what it began.
 *
 * @throws RuntimeError `RUNTIME_TIMEOUT` (with `data.timeoutMs`) or `RUNTIME_ABORTED`.
 */
export async function withDeadline<T>(
  asked: string,
  work: (signal: AbortSignal) => Promise<T>,
  wait: WaitOptions = {},
): Promise<T> {
  const { signal: outer, timeoutMs } = wait;
  if (outer?.aborted) throw abortedError(asked, outer);
  const inner = new AbortController();
  const { promise: stopped, reject: stop } = Promise.withResolvers<never>();
  const fail = (error: RuntimeError): void => {
    stop(error);
    inner.abort(error);
  };
  const onAbort = (): void => fail(abortedError(asked, outer as AbortSignal));
  outer?.addEventListener("abort", onAbort, { once: true });
  const callOff =
    timeoutMs === undefined
      ? undefined
      : startTimer(timeoutMs, () => {
          fail(
            new RuntimeError({
              code: "RUNTIME_TIMEOUT",
              asked,
              happened: `it did not happen within ${formatMs(timeoutMs)}`,
              data: { timeoutMs },
            }),
          );
        });
  try {
    const running = work(inner.signal);
    // The loser of the race may reject later; nobody listens then.
    running.catch(() => {});
    return await Promise.race([running, stopped]);
  } finally {
    callOff?.();
    outer?.removeEventListener("abort", onAbort);
    stopped.catch(() => {});
  }
}

/** `1500` → `1.5 s`, `80` → `80 ms`. */
export function formatMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
}

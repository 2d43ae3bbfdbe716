import { setTimeout as sleep } from "node:timers/promises";
import { UnattendError } from "../../errors.ts";
import { describeError } from "@winvm/runtime";

/** How patient one is with a mirror. */
export interface MirrorPatience {
  /** How often a file is tried before the mirror is given up; 5 when absent. */
  readonly attempts?: number | undefined;
  /** The pause after the first failure in milliseconds; it doubles with each further one. 500 when absent. */
  readonly retryDelayMs?: number | undefined;
  /** For how long nothing may come before it counts as a failure, in milliseconds. 30000 when absent. */
  readonly idleTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Ends an attempt when nothing has come for too long. */
export interface Watch {
  readonly signal: AbortSignal;
  /** Something has come. */
  readonly alive: () => void;
}

/**
 * Does something that may fail for a while, until it succeeds. An UnattendError ends it at once, as does the signal.
 *
 * @throws UnattendError `UNATTEND_CYGWIN_MIRROR_FAILED` with what the last attempt threw as its cause.
 */
export async function persist<Result>(
  asked: string,
  { attempts = 5, retryDelayMs = 500, idleTimeoutMs = 30_000, signal }: MirrorPatience,
  work: (watch: Watch) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const idle = new AbortController();
    const timer = setTimeout(() => {
      idle.abort(new Error(`nothing came for ${idleTimeoutMs} ms`));
    }, idleTimeoutMs);
    try {
      return await work({
        signal: signal === undefined ? idle.signal : AbortSignal.any([signal, idle.signal]),
        alive: () => void timer.refresh(),
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof UnattendError) throw error;
      const cause: unknown = idle.signal.aborted ? idle.signal.reason : error;
      if (attempt >= attempts) throw givenUp(asked, attempt, cause);
    } finally {
      clearTimeout(timer);
      // What is left of a response has no reader any more.
      idle.abort();
    }
    // The next round throws what the signal has to say.
    await sleep(retryDelayMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => {});
  }
}

function givenUp(asked: string, attempts: number, cause: unknown): UnattendError {
  const below = cause instanceof Error && cause.cause instanceof Error ? cause.cause : undefined;
  const reason =
    below === undefined ? describeError(cause) : `${describeError(cause)}: ${below.message}`;
  return new UnattendError({
    code: "UNATTEND_CYGWIN_MIRROR_FAILED",
    asked,
    happened: `${reason}, ${attempts} times`,
    hint: "what has arrived is kept: the same command goes on where this one ended; or try another mirror",
    cause,
  });
}

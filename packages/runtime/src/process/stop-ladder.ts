import { describeError } from "../errors/winvm-error.ts";
import { startTimer } from "../waits/timer.ts";
import type { ProcessExit, StopReport, StopStep } from "./owned-process.ts";

/** What {@link climbDown} needs to know of the process. */
export interface Ladder {
  readonly steps: readonly StopStep[];
  readonly exited: Promise<ProcessExit>;
  /** How it ended, once it has. */
  readonly ended: () => ProcessExit | undefined;
}

/** Takes one step after the other until the process has ended, and reports which one did it. */
export async function climbDown(ladder: Ladder): Promise<StopReport> {
  const attempts: { name: string; elapsedMs: number; error?: string }[] = [];
  const done = ladder.ended();
  if (done) return { step: "already exited", attempts, exit: done };
  for (const { name, attempt, graceMs } of ladder.steps) {
    const started = performance.now();
    let failure: string | undefined;
    // An attempt that hangs must not hold up the ladder, so its answer is raced as well.
    const attempted = (async () => attempt())().catch((error: unknown) => {
      failure = describeError(error);
      throw error;
    });
    const exit = await endsWithin(ladder.exited, attempted, graceMs);
    const elapsedMs = Math.round(performance.now() - started);
    attempts.push({ name, elapsedMs, ...(failure === undefined ? {} : { error: failure }) });
    if (exit) return { step: name, attempts, exit };
  }
  return { step: "waiting", attempts, exit: await ladder.exited };
}

/** The exit, or `undefined` when the grace is over or the attempt has failed. */
async function endsWithin(
  exited: Promise<ProcessExit>,
  attempted: Promise<void>,
  graceMs: number,
): Promise<ProcessExit | undefined> {
  let callOff: (() => void) | undefined;
  const over = new Promise<undefined>((resolve) => {
    callOff = startTimer(graceMs, () => resolve(undefined));
    attempted.catch(() => setImmediate(() => resolve(undefined)));
  });
  try {
    return await Promise.race([exited, over]);
  } finally {
    callOff?.();
  }
}

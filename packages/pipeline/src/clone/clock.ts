import { PipelineError } from "../errors.ts";

/** When a clock was set, and to what. */
export interface ClockSetting {
  /** What the guest's clock showed just after it was set, milliseconds since 1970. */
  readonly shownMs: number;
  /** `performance.now()` when that was known. */
  readonly atMs: number;
}

/** How far a clock may be from what was asked for when it has been set. */
const accuracyMs = 1000;

/**
 * Compares what the guest says with what was asked for. Pure.
 *
 * @param told What the clock was set to. @param waitedMs How long the answer took, at most: it may show that much more.
 * @throws PipelineError `PIPELINE_SETTLE_FAILED`.
 */
export function requireAccuracy(told: number, shown: number | undefined, waitedMs: number): number {
  const late = (shown ?? Number.NaN) - told;
  if (shown !== undefined && late >= -accuracyMs && late <= waitedMs + accuracyMs) return shown;
  throw settleFailure(
    shown === undefined
      ? "the guest did not say what its clock shows"
      : `the guest's clock shows ${time(shown)}, and was set to ${time(told)}`,
    { toldMs: told, shownMs: shown },
  );
}

/** Why a clone has not the clock or the names that were asked for. */
export function settleFailure(happened: string, data: Record<string, unknown> = {}): PipelineError {
  return new PipelineError({
    code: "PIPELINE_SETTLE_FAILED",
    asked: "give the clone its own clock or names",
    happened,
    hint: "the guest's account has to be an administrator's; without --clock and --identity nothing is set",
    data,
  });
}

/** From the freeze to the job's start, in seconds of the guest's clock: the checks behind the gate, then the start. */
const clockLimitS = 3600;

/** A frozen clock goes on from the freeze. Pure. */
export function clockFault(epoch: number, frozenEpoch: number): PipelineError | undefined {
  const late = epoch - frozenEpoch;
  if (late >= 0 && late <= clockLimitS) return undefined;
  return new PipelineError({
    code: "PIPELINE_REVIVE_FAILED",
    asked: "go on with the frozen clock",
    happened: `the guest's clock shows ${time(epoch * 1000)}; it was frozen at ${time(frozenEpoch * 1000)}`,
    hint: "something in the guest sets its clock: find it, or make the state again with --rebuild",
    data: { epoch, frozenEpoch },
  });
}

/** A clock that was set goes on from there; the guest tells whole seconds. Pure. */
export function setClockFault(
  epoch: number,
  { shownMs, atMs }: ClockSetting,
  nowMs: number,
): PipelineError | undefined {
  const late = epoch * 1000 - shownMs;
  if (late > -1000 && late <= nowMs - atMs + accuracyMs) return undefined;
  return settleFailure(
    `it shows ${time(epoch * 1000)} at the command's start, and was set to ${time(shownMs)}`,
    { epoch, shownMs },
  );
}

function time(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

import type { StopMoment } from "@winvm/qemu";

/** What a machine's clock showed between two moments of the host's; all in milliseconds since 1970. */
export interface ClockReading {
  readonly askedMs: number;
  readonly answeredMs: number;
  readonly shownMs: number;
}

/** By how many milliseconds a machine's clock is ahead of the host's: it lies between the two. */
export interface ClockOffset {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** Windows before 8 counts its clock up once in 15.6 ms: it may show that much less than it is. */
const coarseMs = 16;

/** An offset that is not known better is of no use for meeting the beginning of a second. */
const widestMs = 150;

/** How far behind the beginning of the second a stop is aimed at: timers are early by a millisecond now and then. */
const behindMs = 5;

/** How much later a stop may be: a job that begins half a second after it still has some time in that second. */
const toleranceMs = 80;

/** The time on a line that is nothing but seconds since 1970 with a fraction, in milliseconds. Pure. */
export function readTime(line: string): number | undefined {
  const [, seconds, fraction] = /^(\d{1,12})\.(\d{3,9})\s*$/.exec(line) ?? [];
  if (seconds === undefined || fraction === undefined) return undefined;
  return Number(seconds) * 1000 + Number(`0.${fraction}`) * 1000;
}

/** What all readings agree on; the quick ones say the most. `undefined` where they contradict each other. Pure. */
export function offsetOf(readings: readonly ClockReading[]): ClockOffset | undefined {
  const leastMs = Math.max(...readings.map(({ shownMs, answeredMs }) => shownMs - answeredMs));
  const mostMs = Math.min(...readings.map(({ shownMs, askedMs }) => shownMs - askedMs)) + coarseMs;
  // Also false where one is not a number, or there is none.
  return mostMs >= leastMs && mostMs - leastMs <= widestMs ? { leastMs, mostMs } : undefined;
}

/** When all of these clocks have just begun a whole second. Pure. */
export function wholeSecond(offsets: readonly ClockOffset[]): StopMoment {
  const aheadMs = Math.min(...offsets.map(({ leastMs }) => leastMs)) - behindMs;
  return {
    next: (fromMs) => Math.ceil((fromMs + aheadMs) / 1000) * 1000 - aheadMs,
    toleranceMs,
  };
}

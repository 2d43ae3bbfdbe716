// Also an entry of its own: the command line asks before it loads the rest.
import type { Fault } from "@winvm/runtime";

/**
 * `frozen`: the clock goes on from the freeze, in every run from the same second. `host`: it is the host's. A `Date`: it shows
 * that time just before the command starts.
 */
export type ClockChoice = "frozen" | "host" | Date;

/** What a clock may be set to, so that FAT, Windows and 32-bit programs can hold it: milliseconds since 1970. */
const earliest = Date.UTC(1980, 0, 2);
const latest = Date.UTC(2038, 0, 1);

/** All that is wrong with a choice, whoever made it. Pure. */
export function clockFaults(clock: unknown): Fault[] {
  if (clock === undefined || clock === "frozen" || clock === "host") return [];
  // Not a number is neither.
  if (clock instanceof Date && clock.getTime() >= earliest && clock.getTime() < latest) return [];
  return [
    { path: "clock", expected: "frozen, host, or a time from 1980-01-02 to 2037", value: clock },
  ];
}

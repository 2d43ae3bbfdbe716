import type { IdentityChoice } from "@winvm/pipeline";
import { clockFaults, type ClockChoice } from "@winvm/pipeline/clock-choice";
import type { Fault } from "@winvm/runtime";

/** The options of `run` and `shell` about what a clone has of its own, as they were typed. */
export interface TypedCloneOptions {
  readonly clock?: string;
  readonly identity?: string;
}

/** What a clone is to have of its own; what is left out is as it was frozen. */
export interface CloneRequest {
  readonly clock?: ClockChoice;
  readonly identity?: IdentityChoice;
}

const clockForm = "frozen, host, or a time from 1980-01-02 to 2037 such as 2026-01-31T12:00:00Z";

/** Reads them; what is wrong is added to the faults. Pure. */
export function cloneRequest(options: TypedCloneOptions, faults: Fault[]): CloneRequest {
  const { clock: typedClock, identity } = options;
  const clock = typedClock === undefined ? undefined : parseClock(typedClock);
  if (typedClock !== undefined && clock === undefined) {
    faults.push({ path: "--clock", expected: clockForm, value: typedClock });
  }
  if (identity !== undefined && identity !== "same" && identity !== "fresh") {
    faults.push({ path: "--identity", expected: "same or fresh", value: identity });
    return {};
  }
  return {
    ...(clock === undefined ? {} : { clock }),
    ...(identity === undefined ? {} : { identity }),
  };
}

/** With its zone: what a time means may not depend on where winvm runs. */
const timeForm = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/;

function parseClock(typed: string): ClockChoice | undefined {
  if (typed === "frozen" || typed === "host") return typed;
  const [, day] = timeForm.exec(typed) ?? [];
  const time = new Date(typed);
  if (day === undefined || !isDay(day) || clockFaults(time).length > 0) return undefined;
  return time;
}

/** `Date` takes the 31st of February for a day in March. */
function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

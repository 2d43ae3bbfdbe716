import { describe, expect, test } from "vitest";
import {
  offsetOf,
  readTime,
  wholeSecond,
  type ClockReading,
} from "../src/stages/freeze/clock-offset.ts";

test.each([
  ["1767225624.469219", 1_767_225_624_469.219],
  ["1767225624.000000007\r", 1_767_225_624_000],
])("%j tells %d", (line, time) => expect(readTime(line)).toBeCloseTo(time, 2));

test.each([
  "1767225624",
  "1767225624.",
  "1767225624.%N",
  "1767225624,469219",
  "date: invalid date",
  "",
])("%j tells no time", (line) => expect(readTime(line)).toBeUndefined());

function reading(askedMs: number, answeredMs: number, shownMs: number): ClockReading {
  return { askedMs, answeredMs, shownMs };
}

describe("what a machine's clock is beside the host's", () => {
  test("the quick answers say the most, and one that is slow takes nothing away", () => {
    const quick = [reading(0, 4, 1002), reading(100, 103, 1102)];
    const known = offsetOf(quick);
    expect(known).toEqual({ leastMs: 999, mostMs: 1018 });
    expect(offsetOf([...quick, reading(200, 900, 1899)])).toEqual(known);
  });

  test("a clock that counts in steps of 15.6 ms does not contradict itself", () => {
    const readings = [0, 5, 11, 17, 25].map((at) =>
      reading(at, at + 1, 5000 + Math.floor(at / 15.6) * 15.6),
    );
    const { leastMs, mostMs } = offsetOf(readings) ?? { leastMs: NaN, mostMs: NaN };
    expect(leastMs).toBeLessThanOrEqual(5000);
    expect(mostMs).toBeGreaterThanOrEqual(5000);
  });

  test.each([
    ["no answer", []],
    ["answers between which the clock was set", [reading(0, 4, 1002), reading(100, 104, 3102)]],
    ["answers too slow to meet a second's beginning", [reading(0, 900, 1500)]],
    ["a time that is none", [reading(0, 4, Number.NaN)]],
  ])("%s: it is not known", (_what, readings) => expect(offsetOf(readings)).toBeUndefined());
});

describe("the moment of a freeze", () => {
  const guest = { leastMs: -28_691_765_643, mostMs: -28_691_765_620 };
  const controller = { leastMs: guest.leastMs - 30, mostMs: guest.mostMs - 30 };

  test.each([0, 1, 333, 500, 999])(
    "is when both have begun a second, and never in the past (%d)",
    (after) => {
      const from = 1_795_917_000_000 + after;
      const moment = wholeSecond([guest, controller]).next(from);
      expect(moment).toBeGreaterThanOrEqual(from);
      expect(moment - from).toBeLessThan(1000);
      for (const { leastMs } of [guest, controller]) {
        const within = (moment + leastMs) % 1000;
        expect(within).toBeGreaterThan(0);
        expect(within).toBeLessThan(50);
      }
    },
  );

  test("comes once a second", () => {
    const { next } = wholeSecond([guest]);
    const first = next(1_795_917_000_123);
    expect(next(first)).toBe(first);
    expect(next(first + 1)).toBe(first + 1000);
  });
});

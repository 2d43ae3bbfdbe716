import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDuration } from "../../src/request/duration.ts";

describe("parseDuration", () => {
  test.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["2d", 172_800_000],
    ["30", 30_000],
    ["1.5m", 90_000],
    ["0.5", 500],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    "",
    "0",
    "0s",
    "-1",
    "5 m",
    "5M",
    "m",
    "1e3",
    "five",
    "5m30s",
    ".5",
    "0.0001ms",
    "9".repeat(30),
  ])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test("plain seconds and s are the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seconds) => {
        expect(parseDuration(`${seconds}`)).toBe(seconds * 1000);
        expect(parseDuration(`${seconds}s`)).toBe(seconds * 1000);
      }),
    );
  });
});

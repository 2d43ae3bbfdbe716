import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { summarise } from "../src/harness/statistics.ts";

const samples = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });

describe("summarise", () => {
  test.each([
    { samples: [5], median: 5, lowerQuartile: 5, upperQuartile: 5 },
    { samples: [1, 2], median: 1.5, lowerQuartile: 1.25, upperQuartile: 1.75 },
    { samples: [4, 1, 3, 2, 5], median: 3, lowerQuartile: 2, upperQuartile: 4 },
    { samples: [10, 10, 10, 1000], median: 10, lowerQuartile: 10, upperQuartile: 257.5 },
  ])("$samples", ({ samples: given, ...expected }) => {
    expect(summarise(given)).toMatchObject(expected);
  });

  test("its figures are in order and within the samples", () => {
    fc.assert(
      fc.property(samples, (given) => {
        const { min, lowerQuartile, median, upperQuartile, max } = summarise(given);
        const figures = [min, lowerQuartile, median, upperQuartile, max];
        expect(figures).toEqual(figures.toSorted((a, b) => a - b));
        expect(given).toContain(min);
        expect(given).toContain(max);
      }),
    );
  });

  test("half of the samples are on either side of the median", () => {
    fc.assert(
      fc.property(samples, (given) => {
        const { median } = summarise(given);
        expect(given.filter((sample) => sample < median).length).toBeLessThanOrEqual(
          given.length / 2,
        );
        expect(given.filter((sample) => sample > median).length).toBeLessThanOrEqual(
          given.length / 2,
        );
      }),
    );
  });

  test("the order of the samples does not matter, and they are left as they were", () => {
    fc.assert(
      fc.property(samples, (given) => {
        const copy = [...given];
        const { samples: kept, ...figures } = summarise(given);
        expect(summarise(given.toReversed())).toMatchObject(figures);
        expect(kept).toEqual(copy);
        expect(given).toEqual(copy);
      }),
    );
  });

  test("one wild sample does not move the median of others that agree", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.integer({ min: 2, max: 20 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (value, count, wild) => {
          expect(summarise([...Array.from({ length: count }, () => value), wild]).median).toBe(
            value,
          );
        },
      ),
    );
  });

  test("no samples, or none that is a number, is an error", () => {
    expect(() => summarise([])).toThrow(RangeError);
    expect(() => summarise([1, Number.NaN])).toThrow(RangeError);
    expect(() => summarise([Infinity])).toThrow(RangeError);
  });
});

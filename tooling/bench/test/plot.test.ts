import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { summarise } from "../src/harness/statistics.ts";
import { axisFor } from "../src/plot/axis.ts";
import { colours, plotFileName, stripPlot } from "../src/plot/strip-plot.ts";
import { timeline, type TraceEvent } from "../src/plot/timeline.ts";

const sample = fc.double({ min: 0.01, max: 1e6, noNaN: true });

describe("axisFor", () => {
  test.each([
    { samples: [240], ticks: [0, 50, 100, 150, 200, 250] },
    { samples: [3, 50], ticks: [0, 10, 20, 30, 40, 50] },
    { samples: [240, 12_500], ticks: [100, 1000, 10_000, 100_000] },
    { samples: [0.2, 0.3], ticks: [0, 0.1, 0.2, 0.3] },
  ])("$samples", ({ samples, ticks }) => {
    expect(axisFor(samples).ticks).toEqual(ticks);
  });

  test("every sample lies on it, in order; the outermost ticks are its ends", () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), (samples) => {
        const axis = axisFor(samples);
        const places = samples.toSorted((a, b) => a - b).map((value) => axis.at(value));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        for (const place of places) {
          expect(place).toBeGreaterThanOrEqual(-1e-9);
          expect(place).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(axis.at(axis.ticks.at(-1) ?? Number.NaN)).toBeCloseTo(1);
      }),
    );
  });

  test("nothing, and what is not above 0, has none", () => {
    for (const samples of [[], [0, 1], [Number.NaN]]) {
      expect(() => axisFor(samples)).toThrow(RangeError);
    }
  });
});

const setting = { node: "24.1.0", cpu: "a CPU & more", cores: 2, load: 1.5, accelerator: "tcg" };

test("a plot has a dot for each round, a line for each median, and says units and verdict", () => {
  const svg = stripPlot(
    {
      name: "revive",
      unit: "ms",
      ours: { label: "frozen <pair>", ...summarise([240, 230, 250]) },
      baseline: { label: "2014", ...summarise([12_000, 13_000, 12_500]) },
      ratio: 52.1,
      target: { text: "≥ 100 ×", met: false },
    },
    setting,
  );
  expect(svg.match(/<circle /g)).toHaveLength(6);
  expect(svg.match(/stroke-width="3"/g)).toHaveLength(2);
  expect(svg).toContain("revive, 52.1 ×, target ≥ 100 ×: missed");
  expect(svg).toContain("frozen &lt;pair&gt;: 240 ms");
  expect(svg).toContain(">10,000 ms<");
  expect(svg).toContain("a CPU &amp; more · 2 cores · load 1.5 · tcg · Node 24.1.0");
  expect(svg).not.toMatch(/NaN|undefined/);
});

test("names of files", () => {
  expect(plotFileName("revive, just installed")).toBe("revive-just-installed.svg");
});

test("its colours can be seen on white and on black pages", () => {
  for (const colour of Object.values(colours)) {
    for (const page of ["#ffffff", "#0d1117"]) {
      expect(contrast(colour, page), `${colour} on ${page}`).toBeGreaterThan(3);
    }
  }
});

/** WCAG 2's contrast ratio. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function names(pid: number, name: string): TraceEvent[] {
  const common = { ph: "M", pid, ts: 0 };
  return [
    { ...common, name: "process_name", tid: 0, args: { name } },
    { ...common, name: "thread_name", tid: pid, args: { name: "process" } },
  ];
}

function span(pid: number, name: string, ts: number, dur: number): TraceEvent {
  return { ph: "X", name, pid, tid: pid, ts, dur, args: {} };
}

test("a revival as a timeline: a bar for each step, none for a process' life", () => {
  const events = [
    ...names(1, "winvm"),
    ...names(2, "QEMU"),
    span(1, "before", 0, 1000),
    span(1, "revive", 5000, 240_000),
    span(1, "load <both>", 6000, 100_000),
    span(2, "QEMU", 6000, 900_000),
    span(2, "spawn", 6000, 5000),
    span(2, "after", 900_000, 5000),
  ];
  const svg = timeline(events);
  expect(svg.match(/<rect /g)).toHaveLength(2);
  expect(svg).toContain("load &lt;both&gt;: 100.0 ms");
  expect(svg).toContain("240 ms from the first spawn");
  expect(svg).not.toMatch(/NaN|undefined/);
  expect(() => timeline([])).toThrow(RangeError);
});

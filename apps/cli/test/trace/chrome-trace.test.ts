import type { TraceRecord } from "@winvm/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chromeTrace, formatTrace } from "../../src/trace/chrome-trace.ts";
import { faultsOfTrace, spansOfTrace } from "./read-trace.ts";

const subject = (group: string, lane: string, name: string) => ({ group, lane, name });

function span(id: number, from: number, to: number, what = subject("g", "l", `s${id}`)) {
  return [
    { kind: "begin", id, atMs: from, subject: what },
    { kind: "end", id, atMs: to },
  ] satisfies TraceRecord[];
}

test("spans, moments and the names of their places", () => {
  const records: TraceRecord[] = [
    {
      kind: "begin",
      id: 1,
      atMs: 1.5,
      subject: { ...subject("winvm", "a", "outer"), details: { k: 1 } },
    },
    { kind: "moment", atMs: 2, subject: subject("QEMU", "QMP", "RESUME") },
    { kind: "end", id: 1, atMs: 3.25, failure: "it broke" },
    { kind: "begin", id: 2, atMs: 3, subject: subject("QEMU", "QMP", "cont") },
  ];
  expect(chromeTrace(records, 4).filter(({ ph }) => ph !== "M")).toEqual([
    {
      name: "outer",
      cat: "a",
      pid: 1,
      tid: 1000,
      ts: 1500,
      ph: "X",
      dur: 1750,
      args: { k: 1, failure: "it broke" },
    },
    { name: "RESUME", cat: "QMP", pid: 2, tid: 1001, ts: 2000, ph: "i", s: "t", args: {} },
    {
      name: "cont",
      cat: "QMP",
      pid: 2,
      tid: 1001,
      ts: 3000,
      ph: "X",
      dur: 1000,
      args: { unfinished: true },
    },
  ]);
});

test.each([
  {
    what: "one after the other",
    spans: [
      [0, 1],
      [1, 2],
    ],
    rows: 1,
  },
  {
    what: "one within the other",
    spans: [
      [0, 9],
      [1, 2],
      [3, 9],
    ],
    rows: 1,
  },
  {
    what: "one over the end of the other",
    spans: [
      [0, 5],
      [3, 8],
    ],
    rows: 2,
  },
  {
    what: "a row that is free again",
    spans: [
      [0, 5],
      [3, 8],
      [5, 9],
    ],
    rows: 2,
  },
])("rows: $what", ({ spans, rows }) => {
  const records = spans.flatMap(([from = 0, to = 0], id) => span(id, from, to));
  const events = chromeTrace(records, 100).filter(({ ph }) => ph === "X");
  expect(new Set(events.map(({ tid }) => tid)).size).toBe(rows);
});

describe("whatever was traced", () => {
  const time = fc.double({ min: 0, max: 1e6, noNaN: true });
  const record = fc.record({
    from: time,
    to: time,
    group: fc.constantFrom("winvm", "QEMU"),
    lane: fc.constantFrom("a", "b"),
    kind: fc.constantFrom("span", "unfinished", "moment"),
  });

  test("the file is well-formed: times in order, durations, rows that nest, names for all", () => {
    fc.assert(
      fc.property(fc.array(record), time, (given, endMs) => {
        const records = given.flatMap(({ from, to, group, lane, kind }, id): TraceRecord[] => {
          const what = subject(group, lane, `${id}`);
          if (kind === "moment") return [{ kind, atMs: from, subject: what }];
          const [begin, end] = span(id, Math.min(from, to), Math.max(from, to), what);
          return [begin, ...(kind === "span" && end !== undefined ? [end] : [])] as TraceRecord[];
        });
        const text = formatTrace(chromeTrace(records, endMs));
        expect(faultsOfTrace(text)).toEqual([]);
        expect(spansOfTrace(text)).toHaveLength(
          given.filter(({ kind }) => kind !== "moment").length,
        );
      }),
    );
  });

  test("nothing at all is an empty trace", () => {
    expect(JSON.parse(formatTrace(chromeTrace([], 5)))).toEqual([]);
  });
});

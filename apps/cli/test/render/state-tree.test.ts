import fc from "fast-check";
import { expect, test } from "vitest";
import { imageTable, stateTable } from "../../src/render/listings.ts";
import { stateTree } from "../../src/render/state-tree.ts";

const state = (key: string, parent?: string) => ({
  key,
  ...(parent === undefined ? {} : { parent }),
});

test("layers come below what they were made on; a state without its parent stands for itself", () => {
  const states = [state("l2", "l1"), state("b"), state("l1", "a"), state("x", "gone"), state("a")];
  expect(stateTree(states).map(({ state: { key }, depth }) => [key, depth])).toEqual([
    ["b", 0],
    ["x", 0],
    ["a", 0],
    ["l1", 1],
    ["l2", 2],
  ]);
});

test("every state comes once, a layer somewhere behind its parent and one deeper", () => {
  const parents = fc.array(fc.option(fc.nat(), { nil: undefined }), { maxLength: 12 });
  fc.assert(
    fc.property(parents, (choices) => {
      const states = choices.map((choice, index) =>
        state(String(index), choice === undefined ? undefined : String((choice % (index + 1)) - 1)),
      );
      const rows = stateTree(states.toReversed());
      expect(rows.map(({ state: { key } }) => Number(key)).toSorted((a, b) => a - b)).toEqual(
        states.map((_, index) => index),
      );
      const depths = new Map(rows.map((row) => [row.state.key, row.depth]));
      const seen = new Set<string>();
      for (const row of rows) {
        const { parent = "" } = row.state;
        expect(row.depth).toBe(depths.has(parent) ? (depths.get(parent) ?? 0) + 1 : 0);
        expect(seen.has(parent)).toBe(depths.has(parent));
        seen.add(row.state.key);
      }
    }),
  );
});

const now = Date.parse("2026-01-02T00:00:00Z");
const record = {
  guest: "reference",
  directory: "/s",
  sizeBytes: 2 ** 20,
  createdAt: "2026-01-01T00:00:00Z",
  usedAt: "2026-01-01T00:00:00Z",
  pinned: false,
  inputs: {},
  imageKey: "eeee",
  qemuVersion: "7.2",
  accelerator: "tcg",
  names: [],
} as const;

test("the table indents keys, and shows names", () => {
  const rows = stateTable(
    [
      { ...record, key: "bbbb", parent: "aaaa", name: "tools", names: ["tools", "old"] },
      { ...record, key: "aaaa" },
    ],
    now,
  ).split("\n");
  expect(rows.slice(0, 3).map((row) => row.split(/ {2,}/).slice(0, 4))).toEqual([
    ["KEY", "NAME", "GUEST", "IMAGE"],
    ["aaaa", "reference", "eeee", "7.2 tcg"],
    ["", "bbbb", "tools, old", "reference"],
  ]);
});

test("what an imported manifest says can't steer a terminal", () => {
  const hostile = "\u001b[2J\u001b]0;title\u0007\n";
  const states = [{ ...record, key: "aaaa", guest: `a${hostile}`, qemuVersion: `7${hostile}` }];
  const images = [{ ...record, key: "aaaa", guest: `a${hostile}` }];
  for (const text of [stateTable(states, now), imageTable(images, now)]) {
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(text.trimEnd().split("\n")).toHaveLength(2);
  }
});

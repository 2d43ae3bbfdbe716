import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planGarbage, type Candidate } from "../src/garbage/plan.ts";

function candidate(what: string, more: Partial<Candidate> = {}): Candidate {
  return { what, sizeBytes: 10, damaged: false, usedMs: 0, needs: [], ...more };
}

const layered = [
  candidate("states/child", { usedMs: 90, needs: ["states/parent", "images/i"] }),
  candidate("states/parent", { usedMs: 10, needs: ["images/i", "media/m"] }),
  candidate("images/i", { usedMs: 10 }),
  candidate("media/m", { usedMs: 10 }),
];

function removedBy(list: readonly Candidate[], limits: object): readonly string[] {
  return planGarbage(list, { nowMs: 100, ...limits })
    .filter(({ removed }) => removed)
    .map((verdict) => verdict.candidate.what);
}

describe("what garbage collection removes", () => {
  test("a parent stays as long as its child, and goes with it", () => {
    expect(removedBy(layered, { maxAgeMs: 50 })).toEqual([]);
    const [gone] = [removedBy(layered, { maxAgeMs: -1 })];
    expect(gone).toHaveLength(4);
    expect(gone.slice(0, 2)).toEqual(["states/child", "states/parent"]);
  });

  test("what is pinned or in use stays with all that it needs, whatever is asked", () => {
    const list = [
      ...layered.map((one) => (one.what === "states/parent" ? { ...one, keep: "pinned" } : one)),
      candidate("failures/f"),
    ];
    expect(removedBy(list, { maxAgeMs: -1 })).toEqual(["failures/f", "states/child"]);
    const why = planGarbage(list, { nowMs: 100, maxAgeMs: -1, maxBytes: 0 }).map(
      (verdict) => `${verdict.candidate.what}: ${verdict.why}`,
    );
    expect(why).toContain("states/parent: pinned");
    expect(why).toContain("media/m: needed by what is kept");
  });

  test("by size the least recently used goes, until the rest fits", () => {
    const list = [
      candidate("states/new", { usedMs: 90, needs: ["images/a"] }),
      candidate("states/old", { usedMs: 10, needs: ["images/b"] }),
      candidate("images/a", { usedMs: 5 }),
      candidate("images/b", { usedMs: 20 }),
      candidate("cache/packages", { usedMs: 15 }),
    ];
    expect(removedBy(list, { maxBytes: 50 })).toEqual([]);
    expect(removedBy(list, { maxBytes: 49 })).toEqual(["states/old"]);
    expect(removedBy(list, { maxBytes: 35 })).toEqual(["states/old", "cache/packages"]);
    expect(removedBy(list, { maxBytes: 20 })).toEqual(["states/old", "cache/packages", "images/b"]);
  });

  test("what is damaged goes at any age", () => {
    expect(removedBy([candidate("images/x", { usedMs: 100, damaged: true })], {})).toEqual([
      "images/x",
    ]);
  });

  test("nothing that stays ever lacks what it needs", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const list = fc.tuple(
      ...names.map((what, index) =>
        fc.record({
          what: fc.constant(what),
          sizeBytes: fc.nat(100),
          damaged: fc.boolean(),
          usedMs: fc.nat(100),
          // Only of later ones: there are no circles.
          needs: fc.subarray(names.slice(index + 1)),
          keep: fc.option(fc.constant("pinned"), { nil: undefined }),
        }),
      ),
    );
    fc.assert(
      fc.property(
        list,
        fc.option(fc.nat(600), { nil: undefined }),
        fc.option(fc.nat(100), { nil: undefined }),
        (candidates, maxBytes, maxAgeMs) => {
          const verdicts = planGarbage(candidates, { nowMs: 100, maxBytes, maxAgeMs });
          const stays = verdicts.filter(({ removed }) => !removed).map((one) => one.candidate);
          const left = new Set(stays.map(({ what }) => what));
          for (const { needs } of stays) for (const need of needs) expect(left).toContain(need);
          const pinned = candidates.filter(({ keep }) => keep !== undefined);
          expect(pinned.filter(({ what }) => !left.has(what))).toEqual([]);
          expect(verdicts).toHaveLength(candidates.length);
        },
      ),
    );
  });
});

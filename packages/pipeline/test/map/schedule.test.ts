import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  advance,
  beginSchedule,
  type Schedule,
  type ScheduleAction,
  type SchedulePolicy,
  type Verdict,
} from "../../src/map/schedule.ts";

const verdicts: readonly Verdict[] = ["ok", "ok", "ok", "failed", "machineFailed", "memoryFailed"];

const policies = fc.record({
  atMost: fc.integer({ min: 1, max: 6 }),
  revivingAtMost: fc.integer({ min: 1, max: 4 }),
  retries: fc.integer({ min: 0, max: 3 }),
  failFast: fc.constantFrom(undefined, undefined, "soon" as const, "now" as const),
});

/** What was asked of a world that answers as the dice say. */
interface Played {
  readonly schedule: Schedule;
  readonly log: readonly (ScheduleAction & { readonly alive: number })[];
  readonly starts: ReadonlyMap<number, number>;
  readonly atMosts: readonly number[];
}

function play(
  policy: SchedulePolicy,
  items: number,
  dice: () => number,
  cancelAt?: number,
): Played {
  let { schedule, actions } = beginSchedule(policy);
  const log: Played["log"][number][] = [];
  const starts = new Map<number, number>();
  const atMosts: number[] = [];
  const alive = new Map<number, "reviving" | "working" | "telling">();
  let [left, pulling, weighing, waits, steps] = [items, false, false, 0, 0];
  const apply = (step: ReturnType<typeof advance>): void => {
    ({ schedule, actions } = step);
    for (const action of actions) {
      if (action.type === "start") {
        if (alive.has(action.slot)) throw new Error(`slot ${action.slot} is taken`);
        alive.set(action.slot, "reviving");
        starts.set(action.sequence, (starts.get(action.sequence) ?? 0) + 1);
        atMosts.push(schedule.atMost);
      }
      if (action.type === "finish" || action.type === "retry") alive.set(action.slot, "telling");
      if (action.type === "pull") pulling = true;
      if (action.type === "weigh") weighing = true;
      if (action.type === "wait") waits += 1;
      log.push({ ...action, alive: alive.size });
    }
  };
  apply({ schedule, actions });
  while (!schedule.done && steps < 5000) {
    steps += 1;
    if (steps === cancelAt) {
      apply(advance(schedule, { type: "cancel" }));
      continue;
    }
    const killed = log.some(({ type }) => type === "kill");
    const moves: (() => void)[] = [];
    if (pulling)
      moves.push(() => {
        pulling = false;
        apply(advance(schedule, left-- > 0 ? { type: "item" } : { type: "drained" }));
      });
    if (weighing)
      moves.push(() => {
        weighing = false;
        apply(advance(schedule, { type: "weighed", enough: dice() % 4 !== 0 }));
      });
    if (waits > 0)
      moves.push(() => {
        waits -= 1;
        apply(advance(schedule, { type: "tick" }));
      });
    for (const [slot, phase] of alive) {
      if (phase === "reviving")
        moves.push(() => {
          alive.set(slot, "working");
          apply(advance(schedule, { type: "revived", slot }));
        });
      if (phase === "telling")
        moves.push(() => {
          alive.delete(slot);
          apply(advance(schedule, { type: "told", slot }));
        });
      else
        moves.push(() => {
          const verdict = killed ? "cancelled" : (verdicts[dice() % verdicts.length] as Verdict);
          apply(advance(schedule, { type: "ended", slot, verdict }));
        });
    }
    moves[dice() % moves.length]?.();
  }
  return { schedule, log, starts, atMosts };
}

/** Numbers that are the same for the same seed (Marsaglia's xorshift32). */
function diceOf(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

describe("a schedule", () => {
  const worlds = [policies, fc.integer({ min: 0, max: 30 }), fc.integer()] as const;

  test("ends, and each item that was taken is finished or skipped once, after its last attempt", () => {
    fc.assert(
      fc.property(
        ...worlds,
        fc.option(fc.integer({ min: 1, max: 80 })),
        (policy, items, seed, cancel) => {
          const { schedule, log } = play(policy, items, diceOf(seed), cancel ?? undefined);
          expect(schedule.done).toBe(true);
          expect(log.filter(({ type }) => type === "done")).toHaveLength(1);
          expect(log.at(-1)?.type).toBe("done");
          const ends = log.filter((action) => action.type === "finish" || action.type === "skip");
          const sequences = ends.map(({ sequence }) => sequence).toSorted((a, b) => a - b);
          expect(sequences).toEqual(
            Array.from({ length: schedule.taken }, (_, index) => index + 1),
          );
          const all = cancel === null && policy.failFast === undefined;
          const finished = ends.filter(({ type }) => type === "finish").length;
          expect(finished).toBeGreaterThanOrEqual(all ? items : 0);
        },
      ),
    );
  });

  test("never has more at once than it may, in a slot of its own and the lowest", () => {
    fc.assert(
      fc.property(...worlds, (policy, items, seed) => {
        const { log, atMosts } = play(policy, items, diceOf(seed));
        const begun = log.filter((action) => action.type === "start");
        for (const [at, { alive, slot }] of begun.entries()) {
          expect(slot).toBeLessThanOrEqual(policy.atMost);
          expect(alive).toBeLessThanOrEqual(atMosts[at] ?? 0);
        }
      }),
    );
  });

  test("runs again what a machine failed, as often as it may, and nothing else", () => {
    fc.assert(
      fc.property(...worlds, (policy, items, seed) => {
        const { log, starts } = play(policy, items, diceOf(seed));
        for (const { verdict } of log.filter((action) => action.type === "retry")) {
          expect(verdict).toMatch(/^(machine|memory)Failed$/);
        }
        for (const { attempt, sequence } of log.filter((action) => action.type === "finish")) {
          expect(attempt).toBe(starts.get(sequence));
        }
        for (const count of starts.values()) expect(count).toBeLessThanOrEqual(policy.retries + 1);
      }),
    );
  });

  test("starts nothing after the first failure, and ends what runs where that is asked for", () => {
    fc.assert(
      fc.property(...worlds, (policy, items, seed) => {
        const { log } = play(policy, items, diceOf(seed));
        const failure = log.findIndex(
          (action) => action.type === "finish" && !/^(ok|cancelled)$/.test(action.verdict),
        );
        if (policy.failFast === undefined || failure < 0) return;
        const after = log.slice(failure + 1).map(({ type }) => type);
        expect(after).not.toContain("start");
        expect(after).not.toContain("pull");
        expect(after.filter((type) => type === "kill")).toHaveLength(
          policy.failFast === "now" ? 1 : 0,
        );
      }),
    );
  });

  test("tries an item again only when the attempt before has been told", () => {
    let step = beginSchedule({ atMost: 2, revivingAtMost: 2, retries: 1 });
    step = advance(step.schedule, { type: "item" });
    step = advance(step.schedule, { type: "weighed", enough: true });
    step = advance(step.schedule, { type: "drained" });
    step = advance(step.schedule, { type: "ended", slot: 1, verdict: "machineFailed" });
    expect(step.actions.map(({ type }) => type)).toEqual(["retry"]);
    const stopped = advance(step.schedule, { type: "cancel" });
    expect(advance(stopped.schedule, { type: "told", slot: 1 }).actions).toEqual([
      { type: "skip", sequence: 1, attempt: 2 },
      { type: "done" },
    ]);
    step = advance(step.schedule, { type: "told", slot: 1 });
    expect(step.actions).toEqual([{ type: "weigh" }]);
    step = advance(step.schedule, { type: "weighed", enough: true });
    expect(step.actions).toEqual([{ type: "start", slot: 1, sequence: 1, attempt: 2 }]);
  });

  test("has one fewer at once after one that lacked memory, and leaves the others alone", () => {
    let step = beginSchedule({ atMost: 3, revivingAtMost: 3, retries: 1 });
    for (let count = 0; count < 3; count += 1) {
      step = advance(step.schedule, { type: "item" });
      step = advance(step.schedule, { type: "weighed", enough: true });
    }
    expect([...step.schedule.running.keys()]).toEqual([1, 2, 3]);
    step = advance(step.schedule, { type: "ended", slot: 2, verdict: "memoryFailed" });
    expect(step.actions).toEqual([
      { type: "retry", slot: 2, sequence: 2, attempt: 1, verdict: "memoryFailed" },
    ]);
    step = advance(step.schedule, { type: "told", slot: 2 });
    expect(step.schedule.atMost).toBe(2);
    expect(step.actions).toEqual([]);
    step = advance(step.schedule, { type: "ended", slot: 1, verdict: "ok" });
    step = advance(step.schedule, { type: "told", slot: 1 });
    expect(step.actions).toEqual([{ type: "weigh" }]);
    step = advance(step.schedule, { type: "weighed", enough: true });
    expect(step.actions).toContainEqual({ type: "start", slot: 1, sequence: 2, attempt: 2 });
  });

  test("one alone is started however short memory is, a second one is not", () => {
    let step = beginSchedule({ atMost: 2, revivingAtMost: 2, retries: 0 });
    step = advance(step.schedule, { type: "item" });
    step = advance(step.schedule, { type: "weighed", enough: false });
    expect(step.actions).toContainEqual({ type: "start", slot: 1, sequence: 1, attempt: 1 });
    step = advance(step.schedule, { type: "item" });
    step = advance(step.schedule, { type: "weighed", enough: false });
    expect(step.actions).toEqual([{ type: "wait" }]);
    step = advance(step.schedule, { type: "tick" });
    expect(step.actions).toEqual([{ type: "weigh" }]);
  });

  test("a list that never answers does not keep it from ending", () => {
    const { schedule } = beginSchedule({ atMost: 2, revivingAtMost: 2, retries: 0 });
    expect(advance(schedule, { type: "cancel" }).actions).toEqual([
      { type: "kill" },
      { type: "done" },
    ]);
  });
});

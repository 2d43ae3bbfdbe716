/** What a schedule keeps to. */
export interface SchedulePolicy {
  /** Most attempts at once, 1 or more. */
  readonly atMost: number;
  /** Most of them that come to life at the same time, 1 or more. */
  readonly revivingAtMost: number;
  /** How often an item is tried again whose machines failed. */
  readonly retries: number;
  /** What the first failure does: `soon` starts nothing more, `now` also ends what runs. */
  readonly failFast?: "now" | "soon" | undefined;
}

/** How an attempt ended. */
export type Verdict =
  | "ok"
  /** The command's failure, or one that would come again. */
  | "failed"
  /** The machine's, so that another attempt may go well. */
  | "machineFailed"
  /** The machine's, for lack of memory. */
  | "memoryFailed"
  /** It was ended by us. */
  | "cancelled";

/** One try of one item. Both count from 1. */
export interface Attempt {
  /** The item's place in the list. */
  readonly sequence: number;
  readonly attempt: number;
}

interface RunningAttempt extends Attempt {
  /** Its end is being told; only then its slot is free. */
  readonly phase: "reviving" | "working" | "telling";
  /** What follows when its end has been told: no two attempts at an item are open at once. */
  readonly next?: Attempt;
}

/** Where a schedule stands. */
export interface Schedule {
  readonly policy: SchedulePolicy;
  /** The policy's, or less where memory did not suffice for that many. */
  readonly atMost: number;
  /** Items that the list has given so far. */
  readonly taken: number;
  readonly pulling: boolean;
  readonly drained: boolean;
  readonly weighing: boolean;
  /** There was not memory enough for one more. */
  readonly short: boolean;
  readonly waiting: readonly Attempt[];
  /** By slot, from 1. */
  readonly running: ReadonlyMap<number, RunningAttempt>;
  readonly stop: "now" | "soon" | undefined;
  readonly done: boolean;
}

/** What happened. */
export type ScheduleInput =
  /** The list gave its next item. */
  | { readonly type: "item" }
  /** The list has no more. */
  | { readonly type: "drained" }
  /** Whether there is memory for one more. */
  | { readonly type: "weighed"; readonly enough: boolean }
  /** Time has passed since memory was short. */
  | { readonly type: "tick" }
  | { readonly type: "revived"; readonly slot: number }
  | { readonly type: "ended"; readonly slot: number; readonly verdict: Verdict }
  /** The end of the slot's attempt has been told. */
  | { readonly type: "told"; readonly slot: number }
  /** The caller wants no more. */
  | { readonly type: "cancel" };

/** What is to be done. */
export type ScheduleAction =
  /** Ask the list for its next item. */
  | { readonly type: "pull" }
  /** Find out whether there is memory for one more. */
  | { readonly type: "weigh" }
  /** Tick after a while: memory is short. */
  | { readonly type: "wait" }
  | ({ readonly type: "start"; readonly slot: number } & Attempt)
  /** Tell that the attempt has ended and is not the item's last. */
  | ({ readonly type: "retry"; readonly slot: number; readonly verdict: Verdict } & Attempt)
  /** Tell that the item is through. */
  | ({ readonly type: "finish"; readonly slot: number; readonly verdict: Verdict } & Attempt)
  /** The item was taken, but will not be started (again). */
  | ({ readonly type: "skip" } & Attempt)
  /** End everything that runs. */
  | { readonly type: "kill" }
  /** Nothing runs and nothing will. */
  | { readonly type: "done" };

/** What an input leads to. */
export interface ScheduleStep {
  readonly schedule: Schedule;
  readonly actions: readonly ScheduleAction[];
}

/** The schedule of a list from which nothing was taken yet, and its first actions. */
export function beginSchedule(policy: SchedulePolicy): ScheduleStep {
  return goOn(
    {
      policy,
      atMost: policy.atMost,
      taken: 0,
      pulling: false,
      drained: false,
      weighing: false,
      short: false,
      waiting: [],
      running: new Map(),
      stop: undefined,
      done: false,
    },
    [],
  );
}

/**
 * Which attempt runs when. Pure: whoever calls it carries out the actions, in order, and tells what comes of them. Every
 * item that was taken is finished or skipped exactly once.
 */
export function advance(schedule: Schedule, input: ScheduleInput): ScheduleStep {
  switch (input.type) {
    case "item": {
      const sequence = schedule.taken + 1;
      const waiting = [...schedule.waiting, { sequence, attempt: 1 }];
      return goOn({ ...schedule, taken: sequence, pulling: false, waiting }, []);
    }
    case "drained":
      return goOn({ ...schedule, pulling: false, drained: true }, []);
    case "weighed":
      return weighed({ ...schedule, weighing: false }, input.enough);
    case "tick":
      return goOn({ ...schedule, short: false }, []);
    case "revived": {
      const attempt = schedule.running.get(input.slot);
      if (attempt?.phase !== "reviving") return { schedule, actions: [] };
      const running = new Map(schedule.running).set(input.slot, { ...attempt, phase: "working" });
      return goOn({ ...schedule, running }, []);
    }
    case "told": {
      const running = new Map(schedule.running);
      const next = running.get(input.slot)?.next;
      running.delete(input.slot);
      const waiting = next === undefined ? schedule.waiting : [next, ...schedule.waiting];
      return goOn({ ...schedule, waiting, running, short: false }, []);
    }
    case "ended":
      return ended(schedule, input.slot, input.verdict);
    case "cancel":
      return stopped(schedule, "now", []);
  }
}

function weighed(schedule: Schedule, enough: boolean): ScheduleStep {
  const [next, ...waiting] = schedule.waiting;
  if (schedule.stop !== undefined || next === undefined || !hasRoom(schedule)) {
    return goOn(schedule, []);
  }
  // One alone is started whatever there is: nothing of ours would make room.
  if (!enough && schedule.running.size > 0) {
    return goOn({ ...schedule, short: true }, [{ type: "wait" }]);
  }
  let slot = 1;
  while (schedule.running.has(slot)) slot += 1;
  const running = new Map(schedule.running).set(slot, { ...next, phase: "reviving" as const });
  return goOn({ ...schedule, waiting, running }, [{ type: "start", slot, ...next }]);
}

function ended(schedule: Schedule, slot: number, verdict: Verdict): ScheduleStep {
  const attempt = schedule.running.get(slot);
  if (attempt === undefined || attempt.phase === "telling") return { schedule, actions: [] };
  const { sequence, attempt: count } = attempt;
  const told = { slot, sequence, attempt: count, verdict };
  const running = new Map<number, RunningAttempt>(schedule.running).set(slot, {
    ...attempt,
    phase: "telling",
  });
  const alive = [...running.values()].filter(({ phase }) => phase !== "telling").length;
  const atMost =
    verdict === "memoryFailed" ? Math.max(1, Math.min(schedule.atMost, alive)) : schedule.atMost;
  const now: Schedule = { ...schedule, running, atMost };
  const byMachine = verdict === "machineFailed" || verdict === "memoryFailed";
  if (byMachine && count <= schedule.policy.retries && schedule.stop === undefined) {
    const next = { sequence, attempt: count + 1 };
    running.set(slot, { ...attempt, phase: "telling", next });
    return goOn(now, [{ type: "retry", ...told }]);
  }
  const finish: ScheduleAction = { type: "finish", ...told };
  const { failFast } = schedule.policy;
  if (verdict === "ok" || verdict === "cancelled" || failFast === undefined) {
    return goOn(now, [finish]);
  }
  return stopped(now, failFast, [finish]);
}

function stopped(
  schedule: Schedule,
  stop: "now" | "soon",
  actions: readonly ScheduleAction[],
): ScheduleStep {
  const kills = stop === "now" && schedule.stop !== "now";
  return goOn({ ...schedule, stop: schedule.stop === "now" ? "now" : stop }, [
    ...actions,
    ...(kills ? [{ type: "kill" } as const] : []),
  ]);
}

function hasRoom({ policy, atMost, running }: Schedule): boolean {
  const reviving = [...running.values()].filter(({ phase }) => phase === "reviving").length;
  return running.size < atMost && reviving < policy.revivingAtMost;
}

/** Asks for whatever is wanted next, besides what was decided already. */
function goOn(schedule: Schedule, decided: readonly ScheduleAction[]): ScheduleStep {
  const actions = [...decided];
  let next = schedule;
  if (next.stop !== undefined) {
    actions.push(...next.waiting.map((attempt) => ({ type: "skip", ...attempt }) as const));
    next = { ...next, waiting: [] };
  } else if (hasRoom(next)) {
    if (next.waiting.length > 0) {
      if (!next.weighing && !next.short) {
        next = { ...next, weighing: true };
        actions.push({ type: "weigh" });
      }
    } else if (!next.pulling && !next.drained) {
      next = { ...next, pulling: true };
      actions.push({ type: "pull" });
    }
  }
  // A list that has been asked may never answer: who has stopped does not wait for it.
  const over = next.stop !== undefined || (next.drained && next.waiting.length === 0);
  if (over && next.running.size === 0 && !next.done) {
    next = { ...next, done: true };
    actions.push({ type: "done" });
  }
  return { schedule: next, actions };
}

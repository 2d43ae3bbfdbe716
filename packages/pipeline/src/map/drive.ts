import { setTimeout as sleep } from "node:timers/promises";
import {
  advance,
  beginSchedule,
  type Attempt,
  type ScheduleAction,
  type ScheduleInput,
  type SchedulePolicy,
  type Schedule,
  type Verdict,
} from "./schedule.ts";

/** Where and when an attempt runs. */
export interface AttemptStart extends Attempt {
  /** Lowest free number from 1 at the start; no two that run at once have the same. */
  readonly slot: number;
}

/** How an attempt ended, and what it gave. */
export interface AttemptEnd<Result> {
  readonly verdict: Verdict;
  readonly result: Result;
}

/** What {@link drive} calls for. */
export interface DriveEffects<Item, Result> {
  /** The list's next item; `undefined` when there is no more. */
  readonly pull: () => Promise<Item | undefined>;
  /** Whether there is memory for one more. */
  readonly weigh: () => Promise<boolean>;
  /** Runs an attempt. Must not reject; what `signal` ends is `cancelled`. */
  readonly run: (
    item: Item,
    start: AttemptStart,
    control: { readonly signal: AbortSignal; readonly onRevived: () => void },
  ) => Promise<AttemptEnd<Result>>;
  /** The attempt failed and another follows; until it resolves the slot is not free. */
  readonly retried: (start: AttemptStart, end: AttemptEnd<Result>) => Promise<void>;
  /** The item is through; until it resolves the slot is not free. */
  readonly finished: (start: AttemptStart, end: AttemptEnd<Result>) => Promise<void>;
  /** The item is not started any more. */
  readonly skipped: (attempt: Attempt) => void;
  /** Memory is short, so nothing more is started for a while. */
  readonly waiting?: () => void;
}

/** Milliseconds until memory is looked at again. */
const weighAgainMs = 1000;

/**
 * Runs a list by a schedule. Resolves when nothing runs any more; rejects when an effect fails, after everything that
 * runs was ended.
 */
export async function drive<Item, Result>(
  policy: SchedulePolicy,
  effects: DriveEffects<Item, Result>,
  signal?: AbortSignal,
): Promise<void> {
  const driver = new Driver(policy, effects);
  const cancel = (): void => driver.tell({ type: "cancel" });
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    driver.begin();
    if (signal?.aborted) cancel();
    await driver.over;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

class Driver<Item, Result> {
  readonly #effects: DriveEffects<Item, Result>;
  readonly #items = new Map<number, Item>();
  readonly #aborts = new Map<number, AbortController>();
  readonly #ends = new Map<number, AttemptEnd<Result>>();
  readonly #over = Promise.withResolvers<void>();
  readonly #quiet = new AbortController();
  readonly #policy: SchedulePolicy;
  #schedule: Schedule | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(policy: SchedulePolicy, effects: DriveEffects<Item, Result>) {
    this.#policy = policy;
    this.#effects = effects;
  }

  get over(): Promise<void> {
    return this.#over.promise;
  }

  begin(): void {
    const { schedule, actions } = beginSchedule(this.#policy);
    this.#schedule = schedule;
    this.#carryOut(actions);
  }

  tell(input: ScheduleInput): void {
    if (this.#schedule === undefined || this.#schedule.done) return;
    const { schedule, actions } = advance(this.#schedule, input);
    this.#schedule = schedule;
    this.#carryOut(actions);
  }

  #carryOut(actions: readonly ScheduleAction[]): void {
    for (const action of actions) this.#do(action);
  }

  #do(action: ScheduleAction): void {
    switch (action.type) {
      case "pull":
        return this.#after(this.#effects.pull, (item) => {
          if (item === undefined) return this.tell({ type: "drained" });
          const sequence = (this.#schedule?.taken ?? 0) + 1;
          this.#items.set(sequence, item);
          return this.tell({ type: "item" });
        });
      case "weigh":
        return this.#after(this.#effects.weigh, (enough) => this.tell({ type: "weighed", enough }));
      case "wait":
        this.#effects.waiting?.();
        void sleep(weighAgainMs, undefined, { signal: this.#quiet.signal }).then(
          () => this.tell({ type: "tick" }),
          () => {},
        );
        return;
      case "start":
        return this.#start(action);
      case "skip":
        this.#items.delete(action.sequence);
        return this.#effects.skipped(action);
      case "retry":
      case "finish":
        return this.#tellEnd(action);
      case "kill":
        for (const abort of this.#aborts.values()) abort.abort();
        return;
      case "done":
        this.#quiet.abort();
        if (this.#failure === undefined) this.#over.resolve();
        else this.#over.reject(this.#failure.error);
    }
  }

  #start({ slot, sequence, attempt }: AttemptStart): void {
    const item = this.#items.get(sequence) as Item;
    const abort = new AbortController();
    this.#aborts.set(slot, abort);
    const start = { slot, sequence, attempt };
    const control = {
      signal: abort.signal,
      onRevived: () => this.tell({ type: "revived", slot }),
    };
    void this.#effects.run(item, start, control).then(
      (end) => {
        this.#aborts.delete(slot);
        this.#ends.set(slot, end);
        return this.tell({ type: "ended", slot, verdict: end.verdict });
      },
      (error: unknown) => {
        this.#aborts.delete(slot);
        this.#fail(error);
        return this.tell({ type: "ended", slot, verdict: "cancelled" });
      },
    );
  }

  #tellEnd(action: Extract<ScheduleAction, { type: "retry" | "finish" }>): void {
    const { type, slot, sequence, attempt } = action;
    const end = this.#ends.get(slot);
    this.#ends.delete(slot);
    if (type === "finish") this.#items.delete(sequence);
    const { retried, finished } = this.#effects;
    // Without an end it has failed in a way that is told at the end of all.
    const tell = async (): Promise<void> => {
      if (end !== undefined)
        await (type === "retry" ? retried : finished)({ slot, sequence, attempt }, end);
    };
    this.#after(
      tell,
      () => {},
      () => this.tell({ type: "told", slot }),
    );
  }

  /** Goes on with what an effect gives; one that fails ends everything. */
  #after<Value>(
    effect: () => Promise<Value>,
    goOn: (value: Value) => void,
    always: () => void = () => {},
  ): void {
    void effect().then(
      (value) => {
        goOn(value);
        return always();
      },
      (error: unknown) => {
        this.#fail(error);
        return always();
      },
    );
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.tell({ type: "cancel" });
  }
}

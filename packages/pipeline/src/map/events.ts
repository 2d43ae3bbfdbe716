import type { Outcome } from "../events/outcome.ts";
import type { AttemptStart } from "./drive.ts";

/** How one attempt at an item ended. */
export interface ItemEnd extends AttemptStart {
  /** Empty where no clone was made. */
  readonly runId: string;
  readonly outcome: Outcome;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly elapsedMs: number;
  readonly reviveMs?: number | undefined;
}

/** What {@link mapRuns} tells of its items. Of each item that was taken: one `item:end` or one `item:skip`, the last word. */
export type MapEvent =
  | ({ readonly type: "item:start" } & AttemptStart)
  /** Its clone was revived and the command runs. */
  | ({
      readonly type: "item:job";
      readonly runId: string;
      readonly reviveMs: number;
    } & AttemptStart)
  /** Its machines failed; it is run again, in another clone. */
  | ({ readonly type: "item:retry"; readonly why: "machine" | "memory" } & ItemEnd)
  | ({ readonly type: "item:end" } & ItemEnd)
  /** It will not be started: something failed before, or the caller has cancelled. */
  | { readonly type: "item:skip"; readonly sequence: number }
  /** Memory is short: nothing more is started until some is free. */
  | { readonly type: "memory:wait"; readonly availableBytes: number; readonly cloneBytes: number };

/** What a list came to. */
export interface MapReport {
  /** Items that were taken. */
  readonly items: number;
  /** Commands that ended with 0. */
  readonly ok: number;
  /** Commands that failed, or could not be started. */
  readonly failed: number;
  /** Items whose machines failed, at the last attempt too. */
  readonly machineFailed: number;
  /** Items that were ended by us. */
  readonly cancelled: number;
  /** Items that were never started. */
  readonly skipped: number;
  /** Attempts that were made again. */
  readonly retried: number;
  /** Clones that ran, at most, at once. */
  readonly jobs: number;
  /** From the first item to the end of all, in milliseconds; stages that had to be made count. */
  readonly elapsedMs: number;
  /** The first outcome that was a failure. */
  readonly firstFailure?: Outcome | undefined;
  /** Why no item could be started at all. */
  readonly refused?: Outcome | undefined;
}

import type { Outcome } from "../events/outcome.ts";
import type { MapEvent, MapReport } from "./events.ts";
import { verdictOf } from "./verdict.ts";

/** Counts what is told. */
export class Counts {
  #ok = 0;
  #failed = 0;
  #machineFailed = 0;
  #cancelled = 0;
  #skipped = 0;
  #retried = 0;
  #firstFailure: Outcome | undefined;

  add(event: MapEvent): void {
    if (event.type === "item:retry") this.#retried += 1;
    if (event.type === "item:skip") this.#skipped += 1;
    if (event.type !== "item:end") return;
    const { outcome } = event;
    const verdict = verdictOf(outcome);
    if (verdict === "ok") this.#ok += 1;
    else if (verdict === "cancelled") this.#cancelled += 1;
    else {
      this.#firstFailure ??= outcome;
      if (verdict === "failed") this.#failed += 1;
      else this.#machineFailed += 1;
    }
  }

  report(since: number, jobs: number, refused?: Outcome): MapReport {
    const counts = {
      ok: this.#ok,
      failed: this.#failed,
      machineFailed: this.#machineFailed,
      cancelled: this.#cancelled,
      skipped: this.#skipped,
    };
    return {
      items: Object.values(counts).reduce((sum, count) => sum + count, 0),
      ...counts,
      retried: this.#retried,
      jobs,
      elapsedMs: Math.round(performance.now() - since),
      ...(this.#firstFailure === undefined ? {} : { firstFailure: this.#firstFailure }),
      ...(refused === undefined ? {} : { refused }),
    };
  }
}

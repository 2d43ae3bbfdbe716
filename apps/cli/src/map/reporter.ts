import type { ItemEnd, MapEvent, MapReport, Outcome } from "@winvm/pipeline";
import { formatFailure, outcomeFailure } from "../render/failure.ts";
import { formatElapsed, formatSize } from "../render/format.ts";
import { liveLine } from "../render/live-line.ts";
import { itemFailureLine, mapStatusLine, mapSummary } from "../render/map-status.ts";
import { frameMs } from "../render/status-line.ts";
import type { Session } from "../session/session.ts";

/** Who tells people about a list. */
export interface MapReporter extends Disposable {
  event(event: MapEvent): void;
  /** What there is to say about an item that did not go well. */
  failure(end: ItemEnd, item: string): string;
  summary(report: MapReport): void;
  /** Makes room for text of others. */
  clear(): void;
}

/** Lines on standard error, and below them on a terminal how far it is. */
export function mapReporter(session: Session, total: () => number | undefined): MapReporter {
  const { stderr, paint, verbosity } = session;
  const quiet = verbosity === "quiet" || session.json;
  const state = { done: 0, running: 0, failed: 0, short: false, since: 0 };
  const write = (text: string): void => void stderr.write(text);
  const line = liveLine(process.stderr, write, (now, columns) =>
    state.since === 0
      ? undefined
      : mapStatusLine({ ...state, total: total(), elapsedMs: now - state.since }, now, columns),
  );
  const say = (text: string): void => {
    line.clear();
    session.reporter.clear();
    write(`${paint("dim", "winvm:")} ${text}\n`);
  };
  const timer = quiet ? undefined : setInterval(() => line.draw(), frameMs).unref();
  let saidShort = false;
  return {
    event(event) {
      switch (event.type) {
        case "item:start":
          if (state.since === 0) state.since = performance.now();
          state.running += 1;
          state.short = false;
          break;
        case "item:job":
          if (verbosity === "verbose" && !session.json) {
            say(
              `item ${event.sequence}: revived in ${formatElapsed(event.reviveMs)}, run ${event.runId}`,
            );
          }
          break;
        case "item:retry":
          state.running -= 1;
          if (!quiet) {
            const fewer = event.why === "memory" ? ", with fewer at once: memory was short" : "";
            say(`item ${event.sequence}: ${event.outcome.kind}; it is run again${fewer}`);
          }
          break;
        case "item:end":
          state.running -= 1;
          state.done += 1;
          if (failed(event.outcome)) state.failed += 1;
          break;
        case "item:skip":
          state.done += 1;
          break;
        case "memory:wait":
          state.short = true;
          if (!quiet && !saidShort) {
            saidShort = true;
            say(
              `memory is short: ${formatSize(event.availableBytes)} are free, a clone may need ${formatSize(event.cloneBytes)}; no more are started until there is room`,
            );
          }
      }
    },
    failure({ sequence, outcome }, item) {
      if (!failed(outcome) || (quiet && outcome.kind === "exited")) return "";
      const text = itemFailureLine(sequence, item, outcome);
      const failure = outcomeFailure(outcome);
      if (failure === undefined) return `${paint("dim", "winvm:")} ${text}\n`;
      const asked = `${text.slice(0, text.lastIndexOf(": "))}: ${failure.asked}`;
      return formatFailure({ ...failure, asked }, paint);
    },
    summary(report) {
      if (!quiet) say(mapSummary(report));
    },
    clear: () => line.clear(),
    [Symbol.dispose]() {
      clearInterval(timer);
      line.clear();
    },
  };
}

function failed(outcome: Outcome): boolean {
  if (outcome.kind === "exited") return outcome.exitCode !== 0;
  return outcome.kind !== "cancelled";
}

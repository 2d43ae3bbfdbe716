import type { MapReport, Outcome } from "@winvm/pipeline";
import { formatElapsed, oneLine } from "./format.ts";
import { frameMs } from "./status-line.ts";

/** How far a list is. */
export interface MapProgress {
  readonly done: number;
  /** `undefined` while the list is still being read. */
  readonly total: number | undefined;
  readonly running: number;
  readonly failed: number;
  /** Memory is short. */
  readonly short: boolean;
  /** Since the first item was started. */
  readonly elapsedMs: number;
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** How far it is, as one line that fits `columns`. */
export function mapStatusLine(progress: MapProgress, now: number, columns: number): string {
  const { done, total, running, failed, short } = progress;
  const frame = frames[Math.floor(now / frameMs) % frames.length] ?? "";
  const eta = etaMs(progress);
  const texts = [
    `${frame} ${done}/${total ?? "?"} done`,
    `${running} running`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(short ? ["waiting for memory"] : []),
    ...(eta === undefined ? [] : [`ETA ${formatElapsed(eta)}`]),
  ];
  return texts.join(" · ").slice(0, Math.max(columns - 1, 0));
}

/** Milliseconds that the rest takes if it goes on as before; `undefined` while nobody knows. */
export function etaMs({ done, total, elapsedMs }: MapProgress): number | undefined {
  if (total === undefined || done === 0) return undefined;
  return (elapsedMs / done) * Math.max(0, total - done);
}

/** The summary at the end: `8 ok, 1 failed, 1 retried, 12.3s, 43.9 clones/min`. */
export function mapSummary(report: MapReport): string {
  const { ok, failed, machineFailed, cancelled, skipped, retried, elapsedMs } = report;
  const clones = ok + failed + machineFailed + retried;
  const perMinute = elapsedMs > 0 ? (clones / elapsedMs) * 60_000 : 0;
  return [
    `${ok} ok`,
    `${failed} failed`,
    `${machineFailed} machine ${machineFailed === 1 ? "failure" : "failures"}`,
    ...counted(cancelled, "ended"),
    ...counted(skipped, "not started"),
    `${retried} retried`,
    formatElapsed(elapsedMs),
    ...(clones > 0 ? [`${perMinute.toFixed(1)} clones a minute`] : []),
  ].join(", ");
}

function counted(number: number, what: string): readonly string[] {
  return number > 0 ? [`${number} ${what}`] : [];
}

/** What is told of an item that did not go well, where no failure of winvm's says more. */
export function itemFailureLine(sequence: number, item: string, outcome: Outcome): string {
  const name = `item ${sequence} (${oneLine(item)})`;
  const how = outcome.kind === "exited" ? `exit code ${outcome.exitCode}` : outcome.kind;
  return `${name}: ${how}`;
}

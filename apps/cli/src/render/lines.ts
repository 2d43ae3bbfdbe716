import type { PipelineEvent } from "@winvm/pipeline";
import { formatElapsed, oneLine } from "./format.ts";
import type { Paint } from "./paint.ts";

/** How much is told. */
export type Verbosity = "quiet" | "normal" | "verbose";

/** Remembers the titles of the stages that run, since `stage:end` does not repeat them. */
export type StageTitles = Map<string, string>;

/**
 * The lines that stay, for one event; none for most. A cached stage, and the short stage `run`, say nothing.
 *
 * @param live whether a status line tells about what runs right now, so that only what has ended needs a line.
 */
export function eventLines(
  event: PipelineEvent,
  titles: StageTitles,
  { verbosity, live, paint }: { verbosity: Verbosity; live: boolean; paint: Paint },
): readonly string[] {
  if (event.type === "stage:start") titles.set(event.stage, event.title);
  if (verbosity === "quiet") return [];
  const verbose = verbosity === "verbose";
  const name = paint("dim", "winvm:");
  switch (event.type) {
    case "stage:start":
      return (live || event.stage === "run") && !verbose ? [] : [`${name} ${event.title} …`];
    case "stage:end": {
      const title = titles.get(event.stage) ?? event.stage;
      titles.delete(event.stage);
      if (event.cached) return verbose ? [`${name} ${title}: ${paint("dim", "cached")}`] : [];
      if (event.stage === "run" && !verbose) return [];
      return [`${name} ${title}: ${paint("good", "done")} in ${formatElapsed(event.elapsedMs)}`];
    }
    case "stage:step":
      return verbose ? [`${name}   ${oneLine(stepText(event))}`] : [];
    case "lock:wait":
      return [`${name} ${waitText(event)} …`];
    case "warning":
      return [
        `${name} ${paint("warning", "warning:")} ${oneLine(event.message)} ${paint("dim", `(${event.code})`)}`,
        ...(event.hint === undefined ? [] : [`${paint("strong", "hint:")} ${oneLine(event.hint)}`]),
      ];
    case "log":
      return verbose ? [`${paint("dim", `${event.source} |`)} ${oneLine(event.line)}`] : [];
    case "job:start":
      return verbose
        ? [`${name} revived in ${formatElapsed(event.reviveMs)}, run ${event.runId}`]
        : [];
    case "output":
    case "outcome":
      return [];
  }
}

/** What is being done, and how far it is where that is known. */
export function stepText(step: { step: string; detail?: string; fraction?: number }): string {
  const detail = step.detail === undefined ? "" : ` (${step.detail})`;
  const fraction = step.fraction === undefined ? "" : ` ${formatFraction(step.fraction)}`;
  return `${step.step}${detail}${fraction}`;
}

/** `0.456` → `45%`; 100 % only when it is all. */
function formatFraction(fraction: number): string {
  return `${Math.floor(Math.min(Math.max(fraction, 0), 1) * 100)}%`;
}

/** What is waited for and who holds it. */
export function waitText(event: Extract<PipelineEvent, { type: "lock:wait" }>): string {
  const holder = event.holder === undefined ? "another process" : `process ${event.holder.pid}`;
  const text = `wait for ${event.what}, which ${holder} is making`;
  return event.lock === undefined
    ? text
    : `${text} in another container (if that is gone, remove ${event.lock})`;
}

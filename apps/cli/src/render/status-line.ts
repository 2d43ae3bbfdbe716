import type { PipelineEvent } from "@winvm/pipeline";
import { formatElapsed, oneLine } from "./format.ts";
import { stepText, waitText } from "./lines.ts";

/** One stage that runs. */
interface OpenStage {
  readonly stage: string;
  readonly title: string;
  readonly since: number;
  readonly step?: string;
}

/** What the status line knows. */
export interface Status {
  /** The stages that run; the last one began last and is shown. */
  readonly open: readonly OpenStage[];
  readonly waiting?: string;
}

/** Nothing runs. */
export const idle: Status = { open: [] };

/** The status after an event that came at `now` (milliseconds). */
export function nextStatus(status: Status, event: PipelineEvent, now: number): Status {
  switch (event.type) {
    case "stage:start": {
      const others = status.open.filter(({ stage }) => stage !== event.stage);
      return { open: [...others, { stage: event.stage, title: event.title, since: now }] };
    }
    case "stage:step":
      return {
        open: status.open.map((open) =>
          open.stage === event.stage ? { ...open, step: stepText(event) } : open,
        ),
      };
    case "stage:end":
      return { open: status.open.filter(({ stage }) => stage !== event.stage) };
    case "lock:wait":
      return { ...status, waiting: waitText(event) };
    // From here on the screen is the command's.
    case "job:start":
    case "outcome":
      return idle;
    case "warning":
    case "log":
    case "output":
      return status;
  }
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Milliseconds that a frame of the spinner stays. */
export const frameMs = 100;

/**
 * The status as one line that fits `columns`: the spinner, the stage, its step, the time it has taken. `undefined`
 * when there is nothing to tell.
 */
export function statusLine(status: Status, now: number, columns: number): string | undefined {
  const stage = status.open.at(-1);
  if (stage === undefined && status.waiting === undefined) return undefined;
  const frame = frames[Math.floor(now / frameMs) % frames.length] ?? "";
  const texts = [stage?.title, status.waiting ?? stage?.step].filter((text) => text !== undefined);
  const left = `${frame} ${texts.map(oneLine).join(" · ")}`;
  const right = stage === undefined ? "" : ` · ${formatElapsed(now - stage.since)}`;
  // A line as wide as the terminal would wrap on some, and could then not be erased.
  const room = columns - 1 - right.length;
  if (room < 2) return left.slice(0, Math.max(columns - 1, 0));
  return (left.length > room ? `${left.slice(0, room - 1)}…` : left) + right;
}

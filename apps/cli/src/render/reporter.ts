import type { PipelineEvent } from "@winvm/pipeline";
import { eventLines } from "./lines.ts";
import type { StageTitles, Verbosity } from "./lines.ts";
import { paintFor } from "./paint.ts";
import { frameMs, idle, nextStatus, statusLine } from "./status-line.ts";

/** Who tells about the pipeline's events. */
export interface Reporter extends Disposable {
  event(event: PipelineEvent): void;
  /** Makes room for text of others: erases what does not stay. */
  clear(): void;
}

/** Writes every event as a line of JSON; the outcome is the caller's to write, as the very last. */
export function jsonReporter(write: (line: string) => void): Reporter {
  return {
    event(event) {
      if (event.type !== "outcome") write(`${JSON.stringify(event)}\n`);
    },
    clear() {},
    [Symbol.dispose]() {},
  };
}

/** Tells people: lines that stay, and on a terminal a status line below them. */
export function humanReporter(
  stream: NodeJS.WriteStream,
  write: (text: string) => void,
  verbosity: Verbosity,
): Reporter {
  const live = stream.isTTY && verbosity !== "quiet" && process.env["TERM"] !== "dumb";
  const titles: StageTitles = new Map();
  const paint = paintFor(stream);
  const status = live ? liveStatus(stream, write) : undefined;
  return {
    event(event) {
      const lines = eventLines(event, titles, { verbosity, live, paint });
      if (lines.length > 0) {
        status?.clear();
        write(lines.map((line) => `${line}\n`).join(""));
      }
      status?.event(event);
    },
    clear: () => status?.clear(),
    [Symbol.dispose]: () => status?.[Symbol.dispose](),
  };
}

/** Where a terminal does not know its width. */
const unknownColumns = 80;

const eraseLine = "\r\u001b[2K";

/** Keeps one line at the bottom of the terminal up to date. */
function liveStatus(stream: NodeJS.WriteStream, write: (text: string) => void): Reporter {
  let status = idle;
  let shown = false;
  const clear = (): void => {
    if (shown) write(eraseLine);
    shown = false;
  };
  const draw = (): void => {
    const line = statusLine(status, performance.now(), stream.columns || unknownColumns);
    if (line === undefined) {
      clear();
      return;
    }
    write(`${shown ? eraseLine : ""}${line}`);
    shown = true;
  };
  // Only `event` starts it, and only while something runs, so that it never outlives the work.
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    clear();
  };
  return {
    event(event) {
      status = nextStatus(status, event, performance.now());
      if (status.open.length === 0 && status.waiting === undefined) {
        stop();
        return;
      }
      timer ??= setInterval(draw, frameMs).unref();
      // Steps may come by the thousand; the timer draws them.
      if (event.type === "stage:start" || event.type === "lock:wait") draw();
    },
    clear,
    [Symbol.dispose]: stop,
  };
}

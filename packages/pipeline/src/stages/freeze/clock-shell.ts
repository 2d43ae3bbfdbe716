import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type { Controller } from "@winvm/controller";
import { readTime, type ClockReading } from "./clock-offset.ts";

/**
 * A shell's loop that tells the time at each line of its input: one process for all questions, so that an answer takes no
 * longer than its way. bash 5 and busybox know the microsecond; an older bash asks `date` of the GNU coreutils. A line that is
 * not empty is a time to set first, in whole seconds since 1970.
 */
const script = (set: string): string =>
  `LC_ALL=C; while IFS= read -r at; do ${set}printf '%s\\n' "\${EPOCHREALTIME:-$(date +%s.%N)}"; done`;

/** Where the host asks for a machine's time. */
export interface ClockShell extends AsyncDisposable {
  /**
   * @param set A time to which the clock is set before it is read, in whole seconds since 1970; only the controller's.
   * @throws Error where no time comes back.
   */
  ask(set?: number): Promise<ClockReading>;
}

/** What the guest's clock shows, asked through the SSH connection to it. */
export function guestClock(controller: Controller, signal: AbortSignal): ClockShell {
  return clockShell((streams) => controller.guest(script(""), { ...streams, signal }));
}

/** What the controller's clock shows; it can be set. */
export function controllerClock(controller: Controller, signal: AbortSignal): ClockShell {
  const set = `[ -z "$at" ] || date -u -s "@$at" >/dev/null; `;
  return clockShell((streams) =>
    controller.exec(["sh", "-c", script(set)], { ...streams, signal }),
  );
}

interface Streams {
  readonly stdin: PassThrough;
  readonly stdout: PassThrough;
}

function clockShell(start: (streams: Streams) => Promise<unknown>): ClockShell {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const ended = start({ stdin, stdout }).finally(() => stdout.end());
  // Whoever asks gets no answer then.
  ended.catch(() => {});
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    async ask(set) {
      const askedMs = Date.now();
      stdin.write(`${set ?? ""}\n`);
      const { value, done } = await lines.next();
      // The host's clock is read in whole milliseconds.
      const answeredMs = Date.now() + 1;
      const shownMs = done === true ? undefined : readTime(value);
      if (shownMs === undefined) throw new Error(`that is no time: ${String(value)}`);
      return { askedMs, answeredMs, shownMs };
    },
    async [Symbol.asyncDispose]() {
      stdin.end();
      await ended.catch(() => {});
    },
  };
}

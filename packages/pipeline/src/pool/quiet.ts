import { readFile } from "node:fs/promises";
import { poll, type WaitOptions } from "@winvm/runtime";

/** How long nothing may happen, in milliseconds. */
const WINDOW_MS = 100;
/** Ticks of 10 ms that idle machines take in that time: their clocks. */
const IDLE_TICKS = 1;

/** Ticks of the processor that a process has used (proc(5): utime and stime in /proc/PID/stat). Pure. */
export function processorTicks(stat: string): number {
  // The name in parentheses may hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/**
 * Waits until processes have nothing left to do. It is no fault when they always have: the wait is then over after its
 * limit.
 *
 * @throws RuntimeError `RUNTIME_ABORTED`, `RUNTIME_TIMEOUT`.
 */
export async function waitUntilQuiet(pids: readonly number[], wait: WaitOptions): Promise<void> {
  let before = await ticks(pids);
  let quiet = 0;
  await poll(
    "wait until the pair is quiet",
    async () => {
      const now = await ticks(pids);
      quiet = now - before <= IDLE_TICKS ? quiet + 1 : 0;
      before = now;
      return quiet >= 2 ? true : undefined;
    },
    { ...wait, intervalMs: WINDOW_MS },
  );
}

async function ticks(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(
    pids.map(async (pid) => processorTicks(await readFile(`/proc/${pid}/stat`, "utf8"))),
  );
  return each.reduce((sum, next) => sum + next, 0);
}

import { readFile } from "node:fs/promises";

/** A process that can't be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of `/proc/PID/stat` (proc(5)): clock ticks after boot at which the process started. */
  readonly startTime: string;
}

/** Who has this process number now; `undefined` when nobody has. */
export async function processIdentity(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const startTime = parseStartTime(await readFile(`/proc/${pid}/stat`, "utf8"));
    return startTime === undefined ? undefined : { pid, startTime };
  } catch {
    return undefined;
  }
}

/** Whether that very process still runs (a zombie does not). */
export async function isProcessAlive(identity: ProcessIdentity): Promise<boolean> {
  try {
    const stat = await readFile(`/proc/${identity.pid}/stat`, "utf8");
    return parseStartTime(stat) === identity.startTime && !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

/** The start time in a line of `/proc/PID/stat`; the name in parentheses may hold blanks and parentheses. */
export function parseStartTime(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

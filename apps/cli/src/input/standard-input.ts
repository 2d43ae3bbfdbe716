import { fstatSync, readFileSync } from "node:fs";
import type { Stats } from "node:fs";
import type { Readable } from "node:stream";

/** The device number of /dev/null on Linux: major 1, minor 3. Node opens it in place of a closed standard input. */
const nullDevice = 0x103;

/** Whether reading standard input could give anything: not the null device, and not the terminal of other jobs. */
function isReadable(stats: Stats, ownProcess: string): boolean {
  if (!stats.isCharacterDevice()) return !stats.isDirectory();
  return stats.rdev !== nullDevice && isForeground(ownProcess);
}

/**
 * Whether a process may read its terminal; a background job that does is stopped by the kernel (SIGTTIN).
 *
 * @param stat `/proc/self/stat`: after the program's name in brackets come state, ppid, pgrp, session, tty_nr, tpgid
 *   (proc_pid_stat(5)).
 */
export function isForeground(stat: string): boolean {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [, , group, , , foregroundGroup] = fields;
  // -1: no controlling terminal, so nobody stops us.
  return foregroundGroup === "-1" || group === foregroundGroup;
}

/** Whoever reads it hears of it too; this only keeps a broken input from ending the process with a stack. */
function onBroken(): void {}

/** Standard input, where there is something to read. */
export function openStandardInput(): Readable | undefined {
  try {
    if (!isReadable(fstatSync(0), readFileSync("/proc/self/stat", "utf8"))) return undefined;
  } catch {
    return undefined;
  }
  return process.stdin.off("error", onBroken).on("error", onBroken);
}

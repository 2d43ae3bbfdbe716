import { readFile, writeFile } from "node:fs/promises";

/** Half of all memory, in thousandths: a process counts as that much larger (proc_pid_oom_score_adj(5)). */
const adjustment = 500;

/**
 * Has the kernel end this process before others when memory runs out. Nothing happens where it can't be asked for, or the
 * process is to go even earlier.
 */
export async function endFirst(pid: number): Promise<void> {
  const file = `/proc/${pid}/oom_score_adj`;
  try {
    if (Number(await readFile(file, "utf8")) < adjustment) await writeFile(file, `${adjustment}`);
  } catch {
    // It has ended, or this host does not let us.
  }
}

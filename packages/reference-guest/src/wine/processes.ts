import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Ends every process of one Wine prefix, and nothing else. Wine leaves the group and the session that it was started in
 * and its programs start others, so they are known by their environment alone, and looked for until none is left.
 *
 * @param prefix As in `WINEPREFIX`.
 * @returns How many were ended.
 */
export async function endWineProcesses(prefix: string): Promise<number> {
  const ended = new Set<number>();
  for (let round = 0; round < 200; round += 1) {
    const pids = wineProcesses(prefix);
    if (pids.length === 0) break;
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
        ended.add(pid);
      } catch {
        // It was faster.
      }
    }
    await sleep(25);
  }
  return ended.size;
}

/** The processes of a prefix; those of other users are not seen. */
export function wineProcesses(prefix: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && ownsPrefix(name, prefix))
    .map(Number);
}

// Read without waiting in between: what starts others must not be faster than the look at it.
function ownsPrefix(pid: string, prefix: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`).toString();
    return environment.split("\0").includes(`WINEPREFIX=${prefix}`);
  } catch {
    return false;
  }
}

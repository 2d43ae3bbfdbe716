import { readdir, readFile } from "node:fs/promises";
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
    const pids = await wineProcesses(prefix);
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
export async function wineProcesses(prefix: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (/^\d+$/.test(name) && (await ownsPrefix(name, prefix))) found.push(Number(name));
  }
  return found;
}

async function ownsPrefix(pid: string, prefix: string): Promise<boolean> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, "latin1");
    const wanted = Buffer.from(`WINEPREFIX=${prefix}`).toString("latin1");
    return environment.split("\0").includes(wanted);
  } catch {
    return false;
  }
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Memory of this host, or of the control group that winvm runs in. In bytes. */
export interface MemoryFacts {
  /** What new processes can have without anything being swapped out. */
  readonly availableBytes: number;
  readonly totalBytes: number;
}

/** Reads a field like `MemAvailable:  23622 kB` of a file below /proc; bytes. */
export function kilobytesOf(text: string, name: string): number | undefined {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** What is left of a control group's limit (cgroup-v2: memory.max, memory.current, memory.stat); `undefined` without one. */
export function groupMemory(max: string, current: string, stat: string): MemoryFacts | undefined {
  const limit = Number(max.trim());
  // `max`
  if (!Number.isFinite(limit)) return undefined;
  // Pages of files are given up when memory is wanted.
  const cached = ["inactive_file", "active_file"].reduce(
    (sum, name) => sum + Number(new RegExp(`^${name} (\\d+)$`, "m").exec(stat)?.[1] ?? 0),
    0,
  );
  const availableBytes = Math.max(0, limit - Number(current.trim()) + cached);
  return { availableBytes, totalBytes: limit };
}

/** What can be had now: /proc/meminfo's, or less where a control group has a lower limit. */
export async function readMemory(): Promise<MemoryFacts> {
  const text = await readFile("/proc/meminfo", "utf8");
  const availableBytes = kilobytesOf(text, "MemAvailable");
  const totalBytes = kilobytesOf(text, "MemTotal");
  if (availableBytes === undefined || totalBytes === undefined) {
    throw new Error("/proc/meminfo has no MemAvailable or MemTotal");
  }
  const groups = await readGroups();
  return [...groups, { availableBytes, totalBytes }].reduce((least, facts) =>
    facts.availableBytes < least.availableBytes ? facts : least,
  );
}

/** Those of our own control group and of all above it that have a limit. */
async function readGroups(): Promise<MemoryFacts[]> {
  const own = await readFile("/proc/self/cgroup", "utf8").catch(() => "");
  const path = /^0::(\/.*)$/m.exec(own)?.[1];
  if (path === undefined) return [];
  const parts = path.split("/").filter((part) => part !== "");
  const found: MemoryFacts[] = [];
  for (let count = parts.length; count >= 0; count -= 1) {
    const directory = join("/sys/fs/cgroup", ...parts.slice(0, count));
    const files = ["memory.max", "memory.current", "memory.stat"].map((name) =>
      readFile(join(directory, name), "utf8").catch(() => undefined),
    );
    const [max, current, stat] = await Promise.all(files);
    if (max === undefined || current === undefined) continue;
    const facts = groupMemory(max, current, stat ?? "");
    if (facts !== undefined) found.push(facts);
  }
  return found;
}

/** What processes have for themselves and nobody else uses (`RssAnon` of proc_pid_status(5)); 0 for one that has ended. */
export async function heldBytes(pids: readonly number[]): Promise<number> {
  const held = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    return kilobytesOf(text, "RssAnon") ?? 0;
  });
  return (await Promise.all(held)).reduce((sum, bytes) => sum + bytes, 0);
}

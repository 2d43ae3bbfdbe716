import { readFile } from "node:fs/promises";
import { readGroups } from "./control-groups.ts";

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

/**
 * What can be had now: /proc/meminfo's, or less where our control group, or one above it, leaves less. (Node's
 * `process.availableMemory()` takes what files' pages hold for used, and looks at one group only.)
 */
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

/** What processes have for themselves and nobody else uses (`RssAnon` of proc_pid_status(5)); 0 for one that has ended. */
export async function heldBytes(pids: readonly number[]): Promise<number> {
  const held = pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    return kilobytesOf(text, "RssAnon") ?? 0;
  });
  return (await Promise.all(held)).reduce((sum, bytes) => sum + bytes, 0);
}

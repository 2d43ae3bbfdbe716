import { readFile } from "node:fs/promises";

/** What a pair that stands ready takes for itself, and as much again for what its job will write to. */
const PAIR_BYTES = 512 * 2 ** 20;

/** Whether this host has memory for one more pair. */
export async function hasRoomForPair(): Promise<boolean> {
  const available = parseAvailable(await readFile("/proc/meminfo", "utf8").catch(() => ""));
  return available === undefined || available >= PAIR_BYTES;
}

/** `MemAvailable` of /proc/meminfo (proc(5)) in bytes; `undefined` where the kernel does not say. Pure. */
export function parseAvailable(meminfo: string): number | undefined {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

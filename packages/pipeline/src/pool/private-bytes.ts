import { readFile } from "node:fs/promises";

/**
 * Bytes of a process that no other shares, from `/proc/PID/smaps_rollup` (proc(5)); 0 for one that has ended. What a clone
 * has not written to is its state's file, which all clones share.
 */
export async function privateBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return parsePrivateBytes(text);
}

/** Private_Clean and Private_Dirty of a smaps listing, in bytes. Pure. */
export function parsePrivateBytes(smaps: string): number {
  let kib = 0;
  for (const [, size] of smaps.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm))
    kib += Number(size);
  return kib * 1024;
}

import type { MemoryFacts } from "../host/memory.ts";
import { readMemory } from "../host/memory.ts";

/** What a pair that stands ready takes for itself, and as much again for what its job will write to. */
export const PAIR_BYTES: number = 512 * 2 ** 20;

/**
 * What this host, or the control group, lacks for one more pair, in words; `undefined` where there is room, also where the
 * kernel does not say.
 */
export async function lackForPair(): Promise<string | undefined> {
  const memory = await readMemory().catch(() => undefined);
  return memory === undefined ? undefined : lackOf(memory);
}

/** As {@link lackForPair}, of that memory. Pure. */
export function lackOf({ availableBytes }: MemoryFacts): string | undefined {
  if (availableBytes >= PAIR_BYTES) return undefined;
  const [free, wanted] = [availableBytes, PAIR_BYTES].map((bytes) => Math.floor(bytes / 2 ** 20));
  return `${free} MiB of memory are free, and a pair may need ${wanted} MiB`;
}

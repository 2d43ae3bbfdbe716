import { readMemory } from "../host/memory.ts";

/** What a pair that stands ready takes for itself, and as much again for what its job will write to. */
const PAIR_BYTES = 512 * 2 ** 20;

/** Whether this host, or the control group, has memory for one more pair; also where the kernel does not say. */
export async function hasRoomForPair(): Promise<boolean> {
  const memory = await readMemory().catch(() => undefined);
  return memory === undefined || memory.availableBytes >= PAIR_BYTES;
}

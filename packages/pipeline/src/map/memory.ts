import type { MemoryFacts } from "../host/memory.ts";

/** What an idle clone has for itself, rounded up: under emulation most of it is translated code. */
const idleBytes = 96 * 2 ** 20;

/** What is left free for everything else, at least. */
const leastReserveBytes = 256 * 2 ** 20;

/**
 * What a clone at work is taken to need for itself: an idle one, and a quarter of the guest's memory written to. What it
 * only reads it shares with the others.
 */
export function expectedBytes(guestMemoryBytes: number): number {
  return idleBytes + Math.ceil(guestMemoryBytes / 4);
}

/** How many clones are run at once when nobody says it: one a core, where there is memory for that many. At least 1. */
export function usualJobs(facts: MemoryFacts, cores: number, cloneBytes: number): number {
  const fit = Math.floor((facts.availableBytes - reserveBytes(facts)) / cloneBytes);
  return Math.max(1, Math.min(cores, fit));
}

/**
 * Whether there is memory for one more clone.
 *
 * @param held bytes that each of those that run has for itself by now: the rest of what it is expected to need is kept
 *   for it.
 */
export function isEnough(facts: MemoryFacts, cloneBytes: number, held: readonly number[]): boolean {
  const promised = held.reduce((sum, bytes) => sum + Math.max(0, cloneBytes - bytes), 0);
  return facts.availableBytes - promised - reserveBytes(facts) >= cloneBytes;
}

function reserveBytes({ totalBytes }: MemoryFacts): number {
  return Math.max(leastReserveBytes, Math.ceil(totalBytes / 20));
}

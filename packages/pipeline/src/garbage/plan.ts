/** Something in the store that can be removed. */
export interface Candidate {
  /** `states/4f…`, `failures/…`, `cache/packages`. */
  readonly what: string;
  readonly sizeBytes: number;
  readonly damaged: boolean;
  /** When it was last used, in milliseconds since 1970. */
  readonly usedMs: number;
  /** Names of what it can't do without. */
  readonly needs: readonly string[];
  /** Why it stays, whatever its age: `in use`, `pinned`, `named toolchain`. */
  readonly keep?: string | undefined;
}

/** What is to go. */
export interface GarbageLimits {
  /** What was not used for longer than this goes; −1: everything. Nothing goes by its age when absent. */
  readonly maxAgeMs?: number | undefined;
  /** The least recently used goes until the rest fits. */
  readonly maxBytes?: number | undefined;
  readonly nowMs: number;
}

/** A candidate and why it goes or stays. */
export interface Verdict {
  readonly candidate: Candidate;
  readonly removed: boolean;
  readonly why: string;
}

/**
 * Decides what goes: what is damaged, what is too old, and then the least recently used until the rest fits. What is needed by
 * what stays, stays. What goes comes first in the list, in an order in which nothing is ever left without what it needs. Pure.
 */
export function planGarbage(
  candidates: readonly Candidate[],
  { maxAgeMs, maxBytes, nowMs }: GarbageLimits,
): readonly Verdict[] {
  const staying = new Map(candidates.map((candidate) => [candidate.what, candidate]));
  const removed: Verdict[] = [];
  const kept = keptBy(candidates);
  const remove = (candidate: Candidate, why: string): void => {
    staying.delete(candidate.what);
    removed.push({ candidate, removed: true, why });
  };
  /** What may go now, the least recently used first: kept by nothing, needed by nothing that stays. */
  const free = (): Candidate[] => {
    const needed = new Set([...staying.values()].flatMap(({ needs }) => needs));
    return [...staying.values()]
      .filter(({ what }) => !needed.has(what) && !kept.has(what))
      .toSorted((a, b) => a.usedMs - b.usedMs);
  };
  const overAge = ({ usedMs }: Candidate): boolean =>
    maxAgeMs !== undefined && nowMs - usedMs > maxAgeMs;
  for (;;) {
    const doomed = free().filter((candidate) => candidate.damaged || overAge(candidate));
    if (doomed.length === 0) break;
    for (const candidate of doomed)
      remove(candidate, candidate.damaged ? "damaged" : "not used for long enough");
  }
  for (;;) {
    const total = [...staying.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const [oldest] = maxBytes !== undefined && total > maxBytes ? free() : [];
    if (oldest === undefined) break;
    remove(oldest, "least recently used");
  }
  const needed = new Set([...staying.values()].flatMap(({ needs }) => needs));
  const stays = [...staying.values()].map((candidate): Verdict => {
    const { what } = candidate;
    const fallback = needed.has(what) ? "needed by what is kept" : "used recently";
    return { candidate, removed: false, why: kept.get(what) ?? fallback };
  });
  return [...removed, ...stays];
}

/** What stays whatever its age, with the reason, and what that needs. */
function keptBy(candidates: readonly Candidate[]): ReadonlyMap<string, string> {
  const byName = new Map(candidates.map((candidate) => [candidate.what, candidate]));
  const kept = new Map<string, string>();
  const keep = (what: string, why: string): void => {
    if (kept.has(what)) return;
    kept.set(what, why);
    for (const need of byName.get(what)?.needs ?? []) keep(need, "needed by what is kept");
  };
  for (const { what, keep: why } of candidates) if (why !== undefined) kept.set(what, why);
  for (const { what } of candidates.filter((candidate) => kept.has(candidate.what))) {
    for (const need of byName.get(what)?.needs ?? []) keep(need, "needed by what is kept");
  }
  return kept;
}

import { openContext } from "../context.ts";
import { gatherCandidates } from "../garbage/candidates.ts";
import { planGarbage } from "../garbage/plan.ts";
import type { GarbageReport } from "../records.ts";
import type { PipelineOptions } from "../request.ts";

/** What {@link collectGarbage} may remove. */
export interface GarbageRequest {
  /** Everything that is neither pinned nor used by a live run, and has no name. */
  readonly all?: boolean | undefined;
  /** What was not used for this many milliseconds; 30 days when absent, no age at all where only a size is given. */
  readonly olderThanMs?: number | undefined;
  /** The least recently used goes until the store takes no more bytes than this. */
  readonly maxBytes?: number | undefined;
  /** States that have a name go as if they had none. */
  readonly named?: boolean | undefined;
  /** Only tells. */
  readonly dryRun?: boolean | undefined;
}

const thirtyDaysMs = 30 * 24 * 3_600_000;

/**
 * Removes from the store what nobody needs: damaged entries, and those that were not used for long or are too much. What a
 * live run uses stays, what is pinned or has a name stays, and so does what a kept entry is made from. (What dead processes left is removed
 * whenever a store is opened.)
 */
export async function collectGarbage(
  request: GarbageRequest,
  options: PipelineOptions = {},
): Promise<GarbageReport> {
  const context = await openContext(options);
  const byAge = request.maxBytes === undefined ? thirtyDaysMs : undefined;
  const candidates = await gatherCandidates(context, { names: request.named !== true });
  const verdicts = planGarbage(candidates, {
    maxAgeMs: request.all === true ? -1 : (request.olderThanMs ?? byAge),
    maxBytes: request.maxBytes,
    nowMs: Date.now(),
  });
  const removers = new Map(candidates.map(({ what, remove }) => [what, remove]));
  const removed: GarbageReport["removed"][number][] = [];
  const kept: GarbageReport["kept"][number][] = [];
  for (const { candidate, removed: goes, why } of verdicts) {
    const { what, sizeBytes } = candidate;
    const stays = goes && request.dryRun !== true ? await removers.get(what)?.() : undefined;
    if (stays !== undefined) kept.push({ what, sizeBytes, why: stays });
    else (goes ? removed : kept).push({ what, sizeBytes, why });
  }
  return { removed, kept, freedBytes: sum(removed), remainingBytes: sum(kept) };
}

function sum(items: readonly { readonly sizeBytes: number }[]): number {
  return items.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

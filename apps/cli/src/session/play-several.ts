import type { GuestSummary, RehearsalRequest } from "@winvm/pipeline";
import { isWinvmError } from "@winvm/runtime";
import type { Pipeline } from "../pipeline.ts";
import { errorFailure, formatFailure } from "../render/failure.ts";
import type { RehearsalResult } from "../render/rehearsal.ts";
import { isCancellation } from "./session.ts";
import type { Session } from "./session.ts";

/** The request for each of the guests: as they usually are or as it says, or once for each architecture. Pure. */
export function severalRequests(
  request: RehearsalRequest,
  guests: readonly GuestSummary[],
  allArchitectures: boolean,
): readonly RehearsalRequest[] {
  return guests.flatMap(({ name, architectures }) =>
    (allArchitectures ? architectures : [request.architecture ?? architectures[0]]).map(
      (architecture) => ({ ...request, guest: name, architecture }),
    ),
  );
}

/** Plays one after the other. One that fails is told at once, and the next one is played. */
export async function playSeveral(
  pipeline: Pipeline,
  session: Session,
  requests: readonly RehearsalRequest[],
): Promise<readonly RehearsalResult[]> {
  const results: RehearsalResult[] = [];
  for (const request of requests) {
    const started = performance.now();
    try {
      results.push(await pipeline.rehearse(request, session.options));
    } catch (error) {
      if (!isWinvmError(error) || isCancellation(error, session.signal)) throw error;
      session.reporter.clear();
      await session.stderr.write(formatFailure(errorFailure(error), session.paint));
      const { guest = "", architecture, firmware } = request;
      const elapsedMs = Math.round(performance.now() - started);
      const failed = { verdict: "failed", error: error.toJSON(), elapsedMs } as const;
      results.push({ guest, architecture, firmware, ...failed });
    }
  }
  return results;
}

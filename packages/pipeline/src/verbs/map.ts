import { abortable } from "@winvm/runtime";
import { PipelineError } from "../errors.ts";
import { readMemory } from "../host/memory.ts";
import { outcomeOfFailure } from "../job/outcome-of-failure.ts";
import { brokenBy } from "../map/cancelling.ts";
import { openClones, type MapItem } from "../map/clones.ts";
import { Counts } from "../map/counts.ts";
import { drive } from "../map/drive.ts";
import type { ItemEnd, MapEvent, MapReport } from "../map/events.ts";
import { usualJobs } from "../map/memory.ts";
import type { SchedulePolicy } from "../map/schedule.ts";
import { lackedMemory } from "../map/verdict.ts";
import type { PipelineOptions } from "../request.ts";
import type { StateRequest } from "../states/find-state.ts";
import { claimEntries } from "../store/claim.ts";
import { readyState, type ReadyState } from "./run.ts";

/** A list of jobs, each of which gets a fresh clone of the same state. */
export interface MapRequest extends StateRequest {
  /** Taken one by one, as clones become free. */
  readonly items: Iterable<MapItem> | AsyncIterable<MapItem>;
  /** Most clones at once, 1 or more; when absent one a core, where there is memory for that many. */
  readonly jobs?: number | undefined;
  /** How often an item is run again whose machines failed, never one whose command did. 2 when absent. */
  readonly retries?: number | undefined;
  /** What the first failure does: `soon` starts nothing more, `now` also ends what runs. */
  readonly failFast?: "now" | "soon" | undefined;
}

/** What {@link mapRuns} takes besides its list. */
export interface MapOptions extends PipelineOptions {
  /** While it is pending the slot of an item that has ended stays taken. */
  readonly onMapEvent?: ((event: MapEvent) => void | Promise<void>) | undefined;
}

/**
 * Runs each job of a list in a throw-away clone of its own, several at once. Missing stages are made once, when the first
 * item is there. Before each start memory is looked at: where there is not enough for one more, it waits. Items whose
 * machines failed are run again, those that lacked memory with fewer beside them.
 *
 * @throws PipelineError `PIPELINE_INVALID_REQUEST`; whatever the list or a listener throws, after all clones have ended.
 */
export async function mapRuns(request: MapRequest, options: MapOptions = {}): Promise<MapReport> {
  requireValid(request);
  const since = performance.now();
  const items =
    Symbol.asyncIterator in request.items
      ? request.items[Symbol.asyncIterator]()
      : request.items[Symbol.iterator]();
  const counts = new Counts();
  try {
    const first = await abortable(items.next(), options.signal);
    if (first === undefined || first.done === true) return counts.report(since, 0);
    let ready: ReadyState;
    try {
      ready = await readyState(request, options);
    } catch (error) {
      return counts.report(since, 0, outcomeOfFailure(error, options.signal));
    }
    // Also while no clone of it runs.
    await using _claim = await claimEntries(ready.context.store, [ready.state.manifest]);
    const clones = await openClones(ready.context, ready.state);
    const jobs = request.jobs ?? usualJobs(await readMemory(), clones.cores, clones.cloneBytes);
    const policy: SchedulePolicy = {
      atMost: jobs,
      revivingAtMost: clones.cores,
      retries: request.retries ?? 2,
      failFast: request.failFast,
    };
    using broken = brokenBy(options.signal);
    const tell = async (event: MapEvent): Promise<void> => {
      counts.add(event);
      await options.onMapEvent?.(event);
    };
    /** What is told while the list goes on; all of it has been told before the report. */
    const pending = new Set<Promise<void>>();
    const later = (telling: Promise<void>): void => {
      const told = telling.catch(broken.fail).finally(() => pending.delete(told));
      pending.add(told);
    };
    const mention = (event: MapEvent): void => later(tell(event));
    let next: IteratorResult<MapItem> | undefined = first;
    try {
      await drive<MapItem, ItemEnd>(
        policy,
        {
          pull: async () => {
            const result: IteratorResult<MapItem> = next ?? (await items.next());
            next = undefined;
            return result.done === true ? undefined : result.value;
          },
          weigh: () => clones.haveRoom(),
          run: (item, start, control) => clones.run(item, start, control, mention),
          retried: (_start, { result }) =>
            tell({
              type: "item:retry",
              why: lackedMemory(result.outcome) ? "memory" : "machine",
              ...result,
            }),
          finished: (_start, { result }) => tell({ type: "item:end", ...result }),
          skipped: ({ sequence }) => mention({ type: "item:skip", sequence }),
          waiting: () => later(clones.shortage().then(tell)),
        },
        broken.signal,
      );
    } finally {
      await Promise.all(pending);
    }
    broken.check();
    return counts.report(since, jobs);
  } finally {
    // One that waits for its source would not return before that gives something.
    void Promise.resolve(items.return?.()).catch(() => {});
  }
}

function requireValid({ jobs, retries }: MapRequest): void {
  const faults = [
    ...(jobs === undefined || (Number.isSafeInteger(jobs) && jobs >= 1)
      ? []
      : [{ path: "jobs", expected: "a whole number, 1 or more", value: jobs }]),
    ...(retries === undefined || (Number.isSafeInteger(retries) && retries >= 0)
      ? []
      : [{ path: "retries", expected: "a whole number, 0 or more", value: retries }]),
  ];
  if (faults.length === 0) return;
  throw new PipelineError({
    code: "PIPELINE_INVALID_REQUEST",
    asked: "run a list of jobs",
    happened: faults.map(({ path, expected }) => `${path}: expected ${expected}`).join("\n"),
    hint: "correct what is named above; nothing was started",
    data: { faults },
  });
}

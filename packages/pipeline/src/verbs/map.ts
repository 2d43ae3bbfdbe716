import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { RunningMachine } from "@winvm/qemu";
import { findGuest, guestFor } from "@winvm/unattend";
import { requireIdentity } from "../clone/identity.ts";
import { PipelineError } from "../errors.ts";
import type { Outcome } from "../events/outcome.ts";
import { drive, type AttemptEnd, type AttemptStart } from "../map/drive.ts";
import type { ItemEnd, MapEvent, MapReport } from "../map/events.ts";
import { heldBytes, readMemory } from "../host/memory.ts";
import { expectedBytes, isEnough, usualJobs } from "../map/memory.ts";
import type { SchedulePolicy } from "../map/schedule.ts";
import { lackedMemory, verdictOf } from "../map/verdict.ts";
import type { PipelineOptions, RunRequest } from "../request.ts";
import { checkRequest } from "../request-rules.ts";
import type { StateFacts } from "../stages/freeze/state-facts.ts";
import type { StateRequest } from "../states/find-state.ts";
import { claimEntries } from "../store/claim.ts";
import { stateFiles } from "../store/layout.ts";
import { outcomeOfFailure, readyState, runInClone, type ReadyState } from "./run.ts";

/** One item's job: a {@link RunRequest} without what all items have in common. */
export type MapJob = Omit<RunRequest, keyof StateRequest | "pool" | "terminal">;

/** Makes an item's job at the start of each attempt, with streams of its own. One that throws is `refused`. */
export type MapItem = (start: AttemptStart) => MapJob | Promise<MapJob>;

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
    const clones = await openClones(ready);
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
    const mention = (event: MapEvent): void => void tell(event).catch(broken.fail);
    let next: IteratorResult<MapItem> | undefined = first;
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
        waiting: () => void clones.shortage().then(mention, broken.fail),
      },
      broken.signal,
    );
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

/** What a promise gives; `undefined` once the signal is aborted, if that comes first. */
async function abortable<Value>(
  value: Value | Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> {
  const aborted = Promise.withResolvers<undefined>();
  const onAbort = (): void => aborted.resolve(undefined);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([value, aborted.promise]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** A signal that the caller's aborts, and so does the first failure of a listener that nobody waits for. */
function brokenBy(signal: AbortSignal | undefined) {
  const own = new AbortController();
  let failure: { readonly error: unknown } | undefined;
  const onAbort = (): void => own.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: own.signal,
    fail: (error: unknown): void => {
      failure ??= { error };
      own.abort(error);
    },
    check(): void {
      if (failure !== undefined) throw failure.error;
    },
    [Symbol.dispose]: () => signal?.removeEventListener("abort", onAbort),
  };
}

/** The clones of one state that run, and the memory for them. */
async function openClones({ context, state }: ReadyState) {
  const cores = availableParallelism();
  const { size } = await stat(join(state.directory, stateFiles.guestMemory));
  const cloneBytes = expectedBytes(size);
  const { guest, architecture } = state.manifest.facts as unknown as StateFacts;
  const profile = guestFor(findGuest(guest), architecture);
  /** The machines of each clone that runs; none yet of one that is being started. */
  const running = new Map<number, RunningMachine[]>();

  async function runOne(
    item: MapItem,
    start: AttemptStart,
    signal: AbortSignal,
    onJob: (job: { runId: string; reviveMs: number }) => void,
  ): Promise<{ runId: string; outcome: Outcome; reviveMs?: number }> {
    const machines: RunningMachine[] = [];
    running.set(start.slot, machines);
    try {
      const job = await item(start);
      await checkRequest(job);
      requireIdentity(profile, job.identity);
      const own = {
        ...context,
        signal,
        emit: (event: Parameters<typeof context.emit>[0]): void => {
          if (event.type === "job:start") onJob(event);
          else context.emit(event);
        },
      };
      return await runInClone(own, state, job, (machine) => machines.push(machine));
    } catch (error) {
      return { runId: "", outcome: outcomeOfFailure(error, signal) };
    } finally {
      running.delete(start.slot);
    }
  }

  return {
    cores,
    cloneBytes,
    async haveRoom(): Promise<boolean> {
      const held = [...running.values()].map((machines) =>
        heldBytes(machines.map(({ process: { pid } }) => pid)),
      );
      const [facts, ...bytes] = await Promise.all([readMemory(), ...held]);
      return isEnough(facts, cloneBytes, bytes);
    },
    async shortage(): Promise<MapEvent> {
      const { availableBytes } = await readMemory();
      return { type: "memory:wait", availableBytes, cloneBytes };
    },
    async run(
      item: MapItem,
      start: AttemptStart,
      control: { readonly signal: AbortSignal; readonly onRevived: () => void },
      mention: (event: MapEvent) => void,
    ): Promise<AttemptEnd<ItemEnd>> {
      const startedAtMs = Date.now();
      const since = performance.now();
      mention({ type: "item:start", ...start });
      const { runId, outcome, reviveMs } = await runOne(item, start, control.signal, (job) => {
        control.onRevived();
        const { runId: id, reviveMs: ms } = job;
        mention({ type: "item:job", ...start, runId: id, reviveMs: ms });
      });
      const elapsedMs = Math.round(performance.now() - since);
      const result = { ...start, runId, outcome, startedAtMs, elapsedMs, reviveMs };
      return { verdict: verdictOf(outcome), result };
    },
  };
}

/** Counts what is told. */
class Counts {
  #ok = 0;
  #failed = 0;
  #machineFailed = 0;
  #cancelled = 0;
  #skipped = 0;
  #retried = 0;
  #firstFailure: Outcome | undefined;

  add(event: MapEvent): void {
    if (event.type === "item:retry") this.#retried += 1;
    if (event.type === "item:skip") this.#skipped += 1;
    if (event.type !== "item:end") return;
    const { outcome } = event;
    const verdict = verdictOf(outcome);
    if (verdict === "ok") this.#ok += 1;
    else if (verdict === "cancelled") this.#cancelled += 1;
    else {
      this.#firstFailure ??= outcome;
      if (verdict === "failed") this.#failed += 1;
      else this.#machineFailed += 1;
    }
  }

  report(since: number, jobs: number, refused?: Outcome): MapReport {
    const counts = {
      ok: this.#ok,
      failed: this.#failed,
      machineFailed: this.#machineFailed,
      cancelled: this.#cancelled,
      skipped: this.#skipped,
    };
    return {
      items: Object.values(counts).reduce((sum, count) => sum + count, 0),
      ...counts,
      retried: this.#retried,
      jobs,
      elapsedMs: Math.round(performance.now() - since),
      ...(this.#firstFailure === undefined ? {} : { firstFailure: this.#firstFailure }),
      ...(refused === undefined ? {} : { refused }),
    };
  }
}

import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { RunningMachine } from "@winvm/qemu";
import { findGuest, guestFor } from "@winvm/unattend/catalogue";
import { requireIdentity } from "../clone/identity.ts";
import type { Context } from "../context.ts";
import type { Outcome } from "../events/outcome.ts";
import { heldBytes, readMemory } from "../host/memory.ts";
import { endFirst } from "../host/end-first.ts";
import { outcomeOfFailure } from "../job/outcome-of-failure.ts";
import { runInClone } from "../job/run-in-clone.ts";
import type { RunRequest } from "../request.ts";
import { checkRequest } from "../request-rules.ts";
import type { StateFacts } from "../stages/freeze/state-facts.ts";
import type { StateRequest } from "../states/find-state.ts";
import { stateFiles } from "../store/layout.ts";
import type { StoreEntry } from "../store/store.ts";
import type { AttemptEnd, AttemptStart } from "./drive.ts";
import type { ItemEnd, MapEvent } from "./events.ts";
import { expectedBytes, isEnough } from "./memory.ts";
import { verdictOf } from "./verdict.ts";

/** One item's job: a {@link RunRequest} without what all items have in common. */
export type MapJob = Omit<RunRequest, keyof StateRequest | "pool" | "terminal">;

/** Makes an item's job at the start of each attempt, with streams of its own. One that throws is `refused`. */
export type MapItem = (start: AttemptStart) => MapJob | Promise<MapJob>;

/** The clones of one state that run, and the memory for them. */
export interface Clones {
  readonly cores: number;
  /** What one is expected to take. */
  readonly cloneBytes: number;
  /** Whether memory suffices for one more. */
  haveRoom(): Promise<boolean>;
  /** The event that tells that it does not. */
  shortage(): Promise<MapEvent>;
  /** Runs one attempt. Never rejects. */
  run(
    item: MapItem,
    start: AttemptStart,
    control: { readonly signal: AbortSignal; readonly onRevived: () => void },
    mention: (event: MapEvent) => void,
  ): Promise<AttemptEnd<ItemEnd>>;
}

/** Gets ready to run clones of a state. */
export async function openClones(context: Context, state: StoreEntry): Promise<Clones> {
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
      await checkRequest(job, context.store.layout.root);
      requireIdentity(profile, job.identity);
      const own = {
        ...context,
        signal,
        emit: (event: Parameters<typeof context.emit>[0]): void => {
          if (event.type === "job:start") onJob(event);
          else context.emit(event);
        },
      };
      return await runInClone(own, state, job, (machine) => {
        machines.push(machine);
        void endFirst(machine.process.pid);
      });
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

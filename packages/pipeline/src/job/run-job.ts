import { randomBytes } from "node:crypto";
import { finished as flushed } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandExit, GuestOptions } from "@winvm/controller";
import { traced, withDeadline, type WaitOptions } from "@winvm/runtime";
import {
  LastWord,
  sharesReady,
  StandingOutput,
  type JobOutcome,
  type JobStart,
  type StagedJob,
} from "@winvm/xchg";
import { clockFault, setClockFault } from "../clone/clock.ts";
import type { Clone } from "../clone/revive.ts";
import type { Context } from "../context.ts";
import { errorJson } from "../evidence.ts";
import type { Outcome } from "../events/outcome.ts";
import { revivalStep } from "../revival-trace.ts";
import type { RunRequest } from "../request.ts";
import { afterLastWord } from "./after-last-word.ts";
import { inputFailed } from "./input-failed.ts";
import { machineEnded } from "./machine-ended.ts";
import { settleGuest } from "./settle-guest.ts";

/** How long a revived guest may take to say that it has begun: it proves SMB both ways, SSH and the clock. */
const startLimitMs = 60_000;

/** How long the rest of an ended command's output is waited for behind its time limit, or behind a machine's death. */
const flushMs = 10_000;

/** How a job ended, before evidence is gathered. */
export interface JobEnd {
  readonly outcome: Outcome;
  /** From the spawn of the first process to the guest's first answer. */
  readonly reviveMs?: number;
}

/** A nonce that ties a job's files to this one run. */
export function newNonce(): string {
  return randomBytes(16).toString("hex");
}

/** Runs the staged job in a clone and waits for its end, whichever of all possible ends comes first. */
export async function runJob(
  context: Context,
  clone: Clone,
  request: RunRequest,
  staged: StagedJob & { readonly nonce: string },
): Promise<JobEnd> {
  const { nonce } = staged;
  const ended = new AbortController();
  const { signal } = ended;
  const onAbort = (): void => ended.abort(context.signal?.reason);
  context.signal?.addEventListener("abort", onAbort, { once: true });
  let reviveMs: number | undefined;
  try {
    const streams = {
      ...(request.stdin === undefined ? {} : { stdin: request.stdin }),
      ...(request.stdout === undefined ? {} : { stdout: request.stdout }),
      ...(request.stderr === undefined ? {} : { stderr: request.stderr }),
      ...(request.terminal === undefined ? {} : { pty: request.terminal }),
    };
    const settled = settleGuest(clone, request.clock, clone.identity, signal);
    // The command may begin.
    const ready = Promise.all([clone.mounted, settled]);
    ready.catch(() => {});
    const { session, started, lastWord } = startSession(clone, staged, ready, streams, signal);
    traceStart(clone, started);
    const outcomeOf = async (record: string | undefined, exit: CommandExit): Promise<Outcome> => {
      try {
        return fromJobOutcome(await clone.exchange.readOutcome(nonce, record), exit);
      } catch (error) {
        // A record that can't be read tells as little as one that is missing.
        return { kind: "connectionLost", error: errorJson(error) };
      }
    };
    // What is known to have ended is ended by nothing else.
    const unlessKnown = async (outcome: Outcome): Promise<Outcome> => {
      const record = lastWord?.record;
      if (record === undefined || signal.aborted) return outcome;
      context.emit(outputCut);
      return outcomeOf(record, { code: null });
    };
    const finished = session.then(
      async ({ exit, record, held }): Promise<Outcome> => {
        if (held) context.emit(streamsHeld);
        return outcomeOf(record, exit);
      },
      (error: unknown) => unlessKnown(outcomeOfSession(error)),
    );
    const unlessEnded = async (end: Promise<Outcome>): Promise<Outcome> => {
      const outcome = await end;
      if (lastWord?.record === undefined) return outcome;
      const flushing = sleep(flushMs, undefined, { signal, ref: false }).catch(() => {});
      return (await Promise.race([finished, flushing])) ?? unlessKnown(outcome);
    };
    const verdict = started.then(
      async ({ epoch }): Promise<Outcome> => {
        const setting = await settled;
        const fault =
          setting === undefined
            ? clockFault(epoch, clone.frozenEpoch)
            : setClockFault(epoch, setting, performance.now());
        if (fault !== undefined) return { kind: "reviveFailed", error: errorJson(fault) };
        reviveMs = Math.round(performance.now() - clone.spawnedAt);
        context.emit({ type: "job:start", runId: clone.id, reviveMs });
        return request.timeoutMs === undefined
          ? new Promise<never>(() => {})
          : unlessEnded(after(request.timeoutMs, { signal }));
      },
      async (error: unknown): Promise<Outcome> => {
        // A job that is over before its start was noticed has been started all the same.
        const outcome = await Promise.race([finished, Promise.resolve(undefined)]);
        return outcome ?? { kind: "reviveFailed", error: errorJson(error) };
      },
    );
    const outcome = await Promise.race([
      finished,
      verdict,
      unready(ready),
      ...deaths(clone).map(unlessEnded),
      cancelled(context),
    ]);
    return { outcome, ...(reviveMs === undefined ? {} : { reviveMs }) };
  } finally {
    context.signal?.removeEventListener("abort", onAbort);
    ended.abort();
  }
}

function traceStart({ spawnedAt }: Clone, started: Promise<unknown>): void {
  const from = { group: "winvm", lane: "revival", sinceMs: spawnedAt };
  for (const each of [
    // Begun first, it ends first: it lies within the other.
    revivalStep("start the job", () => started),
    traced(
      () => ({ ...from, name: "revive" }),
      () => started,
    ),
  ]) {
    // Whoever waits for the start is told of its failure.
    each.catch(() => {});
  }
}

interface SessionEnd {
  readonly exit: CommandExit;
  /** How the command ended, where the runner has told it here. */
  readonly record?: string | undefined;
  /** Whether something that the command has left running still held its streams. */
  readonly held?: boolean;
}

interface SessionStart {
  readonly session: Promise<SessionEnd>;
  /** Settles with the runner's first word. */
  readonly started: Promise<JobStart>;
  /** Where the runner tells the command's end, if it does so here. */
  readonly lastWord?: Pick<LastWord, "record">;
}

/** Gives the job to the runner that stands by in the guest; what wants a terminal gets a runner of its own. */
function startSession(
  clone: Clone,
  staged: StagedJob & { readonly nonce: string },
  ready: Promise<unknown>,
  streams: GuestOptions,
  signal: AbortSignal,
): SessionStart {
  const { controller, exchange } = clone;
  const { nonce } = staged;
  if (streams.pty !== undefined || !controller.hasStanding) {
    return {
      session: ready.then(async () => ({
        exit: await controller.guest(staged.command, { ...streams, signal }),
      })),
      started: exchange.waitForStarted(nonce, { signal, timeoutMs: startLimitMs }),
    };
  }
  const output = new StandingOutput(nonce, streams.stdout);
  const errors = new LastWord(nonce, streams.stderr);
  const over = new AbortController();
  afterLastWord(output, errors, signal).then(
    () => over.abort(),
    // The session has ended before.
    () => {},
  );
  const session = controller.guestStanding({
    ...streams,
    stdout: output,
    stderr: errors,
    signal: AbortSignal.any([signal, over.signal]),
    first: (async function* () {
      yield staged.speech;
      await ready;
      yield sharesReady;
    })(),
  });
  let held = false;
  return {
    session: session
      .catch((error: unknown): CommandExit => {
        held = over.signal.aborted && !signal.aborted;
        if (held) return { code: null };
        output.destroy();
        errors.destroy();
        throw error;
      })
      .then(async (exit) => {
        output.end();
        errors.end();
        await Promise.all([flushed(output), flushed(errors)]);
        return { exit, record: errors.record, held };
      }),
    lastWord: errors,
    started: withDeadline("wait for the guest to start the job", () => output.started, {
      signal,
      timeoutMs: startLimitMs,
    }),
  };
}

const streamsHeld = {
  type: "warning",
  code: "PIPELINE_STREAMS_HELD",
  message:
    "the command has ended, but what it has left running held its output, which is closed now",
  hint: "give such a program streams of its own: PROGRAM >/dev/null 2>&1 &",
} as const;

const outputCut = {
  type: "warning",
  code: "PIPELINE_OUTPUT_CUT",
  message: "the command has ended, but not all of its output may have come",
  hint: "let the command write into $WINVM_OUT, or give it more time",
} as const;

/** Without its shares, clock and names a job can't be run. */
function unready(ready: Promise<unknown>): Promise<Outcome> {
  return ready.then(
    () => new Promise<never>(() => {}),
    (error: unknown): Outcome => ({ kind: "reviveFailed", error: errorJson(error) }),
  );
}

/** The end of either machine is the end of the job. */
function deaths({ guestVm, controllerVm }: Clone): Promise<Outcome>[] {
  return [
    guestVm.exited.then((end): Outcome => ({
      kind: "guestCrashed",
      error: machineEnded(guestVm.machine.name, end).toJSON(),
    })),
    controllerVm.exited.then((end): Outcome => ({
      kind: "connectionLost",
      error: machineEnded(controllerVm.machine.name, end).toJSON(),
    })),
  ];
}

function cancelled(context: Context): Promise<Outcome> {
  return new Promise((resolve) => {
    const tell = (): void => resolve({ kind: "cancelled" });
    if (context.signal?.aborted) tell();
    else context.signal?.addEventListener("abort", tell, { once: true });
  });
}

function after(timeoutMs: number, wait: WaitOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: "timedOut", timeoutMs }), timeoutMs);
    wait.signal?.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}

/** Why a session has no end of its own: an input that can't be read is the caller's to mend. */
function outcomeOfSession(error: unknown): Outcome {
  return errorJson(error).code === "CONTROLLER_INPUT_FAILED"
    ? { kind: "refused", error: errorJson(inputFailed((error as Error).cause as Error)) }
    : { kind: "connectionLost", error: errorJson(error) };
}

/** The guest's own record decides; where there is none, nobody knows how the command ended. */
export function fromJobOutcome(
  recorded: JobOutcome | undefined,
  session: { readonly code: number | null; readonly signal?: string | undefined },
): Outcome {
  if (recorded === undefined) {
    const how = session.signal ?? `code ${String(session.code)}`;
    return {
      kind: "connectionLost",
      error: errorJson(
        new Error(
          `the session ended with ${how}, and the guest left no record of the command's end`,
        ),
      ),
    };
  }
  switch (recorded.kind) {
    case "exited":
      return { kind: "exited", exitCode: recorded.exitCode };
    case "signalled":
      return { kind: "signalled", signal: recorded.signal, exitCode: 128 + recorded.signal };
    case "notFound":
      return { kind: "notFound", program: recorded.program, exitCode: 127 };
    case "notExecutable":
      return { kind: "notExecutable", program: recorded.program, exitCode: 126 };
    case "jobInvalid":
      return { kind: "jobInvalid", reason: recorded.reason };
  }
}

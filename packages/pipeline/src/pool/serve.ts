import type { Socket } from "node:net";
import { Readable, type Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { errorJson } from "../evidence.ts";
import { newNonce } from "../job/run-job.ts";
import { runOnClone, withBundle } from "../job/run-on-clone.ts";
import type { RunResult } from "../records.ts";
import type { ShareRequest } from "../request.ts";
import {
  answerLimitMs,
  poolProtocol,
  type FromPool,
  type PoolJob,
  type PoolReport,
  type ToPool,
} from "./messages.ts";
import type { Pool } from "./pool.ts";
import type { StandingPair } from "./standing-pair.ts";
import { talkOver, type Talk } from "./talk.ts";

/** What a connection is served from. */
export interface PoolService {
  readonly context: Context;
  readonly pool: Pool<StandingPair>;
  readonly shares: readonly ShareRequest[];
  readonly report: () => Promise<PoolReport>;
  /** Is told of each job: when a pair is taken for it, and the promise of its end, which has been told then. */
  readonly onJob: (end: Promise<unknown>) => void;
  /** Stops the pool; settles when it has stopped, and another one may take its place. */
  readonly stop: (now: boolean) => Promise<void>;
  /** Aborted when jobs at work are to end. */
  readonly cancelled: AbortSignal;
}

/** Answers one connection, whatever it wants. Never rejects. */
export async function serve(service: PoolService, socket: Socket): Promise<void> {
  const talk = talkOver<ToPool, FromPool>(socket);
  const heard = talk.heard[Symbol.asyncIterator]();
  const first = await heard.next();
  if (first.done !== true && first.value.kind === "message") {
    const { message } = first.value;
    if (message.type === "status") talk.say({ type: "report", report: await service.report() });
    else if (message.type === "stop") {
      talk.say({ type: "stopping" });
      await service.stop(message.now);
      talk.say({ type: "stopped" });
    } else if (message.type === "run") {
      if (message.protocol === poolProtocol) await serveRun(service, talk, heard, message);
      else talk.say({ type: "none", why: "the pool is of another version of winvm" });
    }
  }
  await talk.end();
}

type HeardByPool = Talk<ToPool, FromPool>["heard"];
type Ear = AsyncIterator<HeardByPool extends AsyncIterable<infer Each> ? Each : never>;

async function serveRun(
  service: PoolService,
  talk: Talk<ToPool, FromPool>,
  heard: Ear,
  { job, stateCreatedAt }: Extract<ToPool, { type: "run" }>,
): Promise<void> {
  const pair = service.pool.take();
  if (pair?.stateCreatedAt !== stateCreatedAt) {
    talk.say({ type: "none", why: "no pair of this state stands ready" });
    await pair?.[Symbol.asyncDispose]();
    service.pool.fill();
    return;
  }
  const work = serveJob(service, talk, heard, pair, job);
  service.onJob(work);
  await work;
}

async function serveJob(
  service: PoolService,
  talk: Talk<ToPool, FromPool>,
  heard: Ear,
  pair: StandingPair,
  job: PoolJob,
): Promise<void> {
  talk.say({ type: "taken" });
  // A run that has not waited does its job by itself: it must not be done twice.
  if (!(await isToldToGo(heard))) {
    talk.say({ type: "none", why: "the run did not tell the pair to go" });
    await pair[Symbol.asyncDispose]();
    service.pool.fill();
    return;
  }
  const cancel = new AbortController();
  const stdin = job.stdin
    ? new Readable({ read: () => talk.say({ type: "stdin:more" }) })
    : undefined;
  const listening = (async () => {
    for (let next = await heard.next(); next.done !== true; next = await heard.next()) {
      const { value } = next;
      if (value.kind === "stdin") stdin?.push(value.payload);
      else if (value.kind !== "message") continue;
      else if (value.message.type === "stdin:end") stdin?.push(null);
      else if (value.message.type === "cancel") cancel.abort();
    }
    // Whoever waits no longer wants nothing more of it.
    cancel.abort();
  })();
  listening.catch(() => cancel.abort());
  const output = { stdout: talk.stream("stdout"), stderr: talk.stream("stderr") };
  const signal = AbortSignal.any([cancel.signal, service.cancelled]);
  const result = await runInPair(service, pair, { job, stdin, output, talk, signal });
  const told = (async () => {
    await Promise.all([endOf(output.stdout), endOf(output.stderr)]);
    talk.say({ type: "result", result: cancelledByPool(result, cancel.signal) });
    await talk.end();
  })();
  await Promise.race([told, afterCancel(service.cancelled)]);
}

async function isToldToGo(heard: Ear): Promise<boolean> {
  const next = await Promise.race([heard.next(), sleep(answerLimitMs, undefined, { ref: false })]);
  if (next === undefined || next.done === true) return false;
  return next.value.kind === "message" && next.value.message.type === "go";
}

/** Ends a stream, and waits until all of it is on its way. */
async function endOf(stream: Writable): Promise<void> {
  stream.end();
  await finished(stream).catch(() => {});
}

/** A pool that is to end doesn't wait long for whoever does not read. */
async function afterCancel(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await sleep(answerLimitMs, undefined, { ref: false });
}

/** Whoever runs a job and has not cancelled it is told that somebody has ended the pool under it. Pure. */
export function cancelledByPool(result: RunResult, ownCancel: AbortSignal): RunResult {
  if (result.outcome.kind !== "cancelled" || ownCancel.aborted) return result;
  const error = new PipelineError({
    code: "PIPELINE_POOL_FAILED",
    asked: "run the job in a pair of the pool",
    happened: "the pool was stopped while the job was at work",
    hint: "nobody knows how far the command came; run it again",
  });
  return { ...result, outcome: { kind: "connectionLost", error: errorJson(error) } };
}

async function runInPair(
  service: PoolService,
  pair: StandingPair,
  run: {
    readonly job: PoolJob;
    readonly stdin: Readable | undefined;
    readonly output: { readonly stdout: Writable; readonly stderr: Writable };
    readonly talk: Talk<ToPool, FromPool>;
    readonly signal: AbortSignal;
  },
): Promise<RunResult> {
  const { talk, stdin, output, signal, job } = run;
  const context: Context = {
    ...service.context,
    signal,
    emit: (event) => {
      // The next pair is made when this one has begun: until then the machine is its own.
      if (event.type === "job:start") service.pool.fill();
      talk.say({ type: "event", event });
    },
  };
  let runId = "";
  try {
    await using clone = pair.wake(signal);
    runId = clone.id;
    const nonce = newNonce();
    if (job.inputs !== undefined) await clone.exchange.stageInputs(job.inputs, signal);
    const staged = await clone.exchange.stageJob(job.job, { nonce, shares: clone.shares });
    const { inputs, outputs, umask, timeoutMs } = job;
    const request = {
      job: job.job,
      shares: service.shares,
      inputs,
      outputs,
      umask,
      timeoutMs,
      stdin,
      ...output,
    };
    return await runOnClone(context, clone, request, { ...staged, nonce }, pair.witnesses);
  } catch (error) {
    if (signal.aborted) return { runId, outcome: { kind: "cancelled" } };
    const told = errorJson(error);
    // What is wrong with the job's files is the caller's to mend.
    const kind = told.code.startsWith("XCHG_") ? "refused" : "reviveFailed";
    return { runId, outcome: await withBundle(context, { kind, error: told }, pair.witnesses) };
  } finally {
    await pair[Symbol.asyncDispose]();
    service.pool.fill();
  }
}

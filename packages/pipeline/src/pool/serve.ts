import type { Socket } from "node:net";
import { Readable } from "node:stream";
import type { Context } from "../context.ts";
import { errorJson } from "../evidence.ts";
import { newNonce } from "../job/run-job.ts";
import { runOnClone, withBundle } from "../job/run-on-clone.ts";
import type { RunResult } from "../records.ts";
import type { ShareRequest } from "../request.ts";
import {
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
  /** Is told of each job: when it begins, and the promise of its end. */
  readonly onJob: (end: Promise<unknown>) => void;
  /** Stops the pool; settles when it has stopped. */
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
      await service.stop(message.now);
      talk.say({ type: "stopped" });
    } else if (message.type === "run") {
      if (message.protocol === poolProtocol) await serveRun(service, talk, heard, message);
      else talk.say({ type: "none", why: "the pool is of another version of winvm" });
    }
  }
  talk.end();
}

type HeardByPool = Talk<ToPool, FromPool>["heard"];

async function serveRun(
  service: PoolService,
  talk: Talk<ToPool, FromPool>,
  heard: AsyncIterator<HeardByPool extends AsyncIterable<infer Each> ? Each : never>,
  { job, stateCreatedAt }: Extract<ToPool, { type: "run" }>,
): Promise<void> {
  const pair = service.pool.take();
  if (pair?.stateCreatedAt !== stateCreatedAt) {
    talk.say({ type: "none", why: "no pair of this state stands ready" });
    await pair?.[Symbol.asyncDispose]();
    service.pool.fill();
    return;
  }
  talk.say({ type: "taken" });
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
  const work = runInPair(service, pair, {
    job,
    stdin,
    talk,
    signal: AbortSignal.any([cancel.signal, service.cancelled]),
  });
  service.onJob(work);
  const result = await work;
  talk.say({ type: "result", result });
}

async function runInPair(
  service: PoolService,
  pair: StandingPair,
  run: {
    readonly job: PoolJob;
    readonly stdin: Readable | undefined;
    readonly talk: Talk<ToPool, FromPool>;
    readonly signal: AbortSignal;
  },
): Promise<RunResult> {
  const { talk, stdin, signal, job } = run;
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
    await using clone = pair.wake();
    runId = clone.id;
    const nonce = newNonce();
    if (job.inputs !== undefined) await clone.exchange.stageInputs(job.inputs, signal);
    const staged = await clone.exchange.stageJob(job.job, { nonce, shares: clone.shares });
    const { inputs, outputs, timeoutMs } = job;
    const request = {
      job: job.job,
      shares: service.shares,
      inputs,
      outputs,
      timeoutMs,
      stdin,
      stdout: talk.stream("stdout"),
      stderr: talk.stream("stderr"),
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

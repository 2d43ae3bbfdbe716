import { rm, rmdir } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { abortedError, poll, tryLock, type HeldLock } from "@winvm/runtime";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import type { StateFacts } from "../stages/freeze/state-facts.ts";
import type { ShareRequest } from "../request.ts";
import { poolFiles } from "../store/layout.ts";
import type { StoreEntry } from "../store/store.ts";
import { lackForPair } from "./memory-room.ts";
import { poolProtocol, type PoolReport } from "./messages.ts";
import { Pool } from "./pool.ts";
import { makePoolDirectory, poolDirectory, poolKey, socketPath } from "./pool-place.ts";
import { serve } from "./serve.ts";
import { startStandingPair } from "./standing-pair.ts";

/** What a pool is started with. */
export interface PoolSettings {
  readonly state: StoreEntry;
  readonly shares: readonly ShareRequest[];
  readonly size: number;
  readonly idleMs: number;
}

/** A pool at work: it listens, and all of its pairs were ready once. Its end stops its jobs. */
export interface RunningPool extends AsyncDisposable {
  report(): Promise<PoolReport>;
  /** Settles when it has stopped, because it was told to; rejects when no more pairs can be made. */
  readonly stopped: Promise<void>;
}

/**
 * Starts a pool and waits until its pairs stand ready.
 *
 * @throws PipelineError `PIPELINE_POOL_RUNNING` where the store has one for this state and these shares;
 *   `PIPELINE_POOL_FAILED` where memory for its pairs does not come free.
 */
export async function startPool(context: Context, settings: PoolSettings): Promise<RunningPool> {
  const { state, shares, size, idleMs } = settings;
  const { key: stateKey } = state.manifest;
  const directory = poolDirectory(context.store.layout, poolKey(stateKey, shares));
  const stack = new AsyncDisposableStack();
  /** Whoever ends it waits for the same end. */
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= stack.disposeAsync());
  await using unlessStarted = new AsyncDisposableStack();
  unlessStarted.defer(close);
  stack.use(await lockDirectory(directory, stateKey));
  const jobs = new Set<Promise<unknown>>();
  const cancelled = new AbortController();
  const pool = stack.use(
    new Pool({
      size,
      idleMs,
      retryMs: 2000,
      make: (signal) => startStandingPair({ ...context, signal }, stateKey, shares),
      lack: lackForPair,
      lackLimitMs: LACK_LIMIT_MS,
      lackError: (lack, ready) => starved(lack, ready, size),
      onTrouble: (message) =>
        context.emit({ type: "warning", code: "PIPELINE_POOL_FAILED", message }),
    }),
  );
  /** Hands out nothing more, and waits for what runs. */
  const drain = async (): Promise<void> => {
    await pool[Symbol.asyncDispose]();
    while (jobs.size > 0) await Promise.all(jobs);
  };
  stack.defer(async () => {
    cancelled.abort();
    await drain();
  });
  let served = 0;
  const { guest } = state.manifest.facts as unknown as StateFacts;
  const report = async (): Promise<PoolReport> => ({
    pid: process.pid,
    protocol: poolProtocol,
    size,
    ready: pool.ready.length,
    making: pool.making,
    running: jobs.size,
    served,
    idle: pool.idle,
    privateBytes: (await Promise.all(pool.ready.map((pair) => pair.privateBytes()))).reduce(
      (sum, next) => sum + next,
      0,
    ),
    guest,
    stateKey,
  });
  const stopped = Promise.withResolvers<void>();
  stopped.promise.catch(() => {});
  /** Each is told of the end before the process may end. */
  let stoppers = 0;
  const attend = async (socket: Socket): Promise<void> => {
    let stops = false;
    await serve(
      {
        context,
        pool,
        shares,
        report,
        cancelled: cancelled.signal,
        onJob(end) {
          served += 1;
          jobs.add(end);
          void end.finally(() => jobs.delete(end));
        },
        async stop(now) {
          stops = true;
          stoppers += 1;
          if (now) cancelled.abort();
          // It can be reached until then.
          await drain();
          await close();
        },
      },
      socket,
    );
    if (stops && --stoppers === 0) stopped.resolve();
  };
  const server = createServer((socket) => void attend(socket));
  await listen(server, directory, stack);
  context.signal?.addEventListener("abort", () => stopped.resolve(), { once: true });
  pool.failed.catch(async (error: unknown) => {
    await drain();
    stopped.reject(error);
  });
  await Promise.race([pool.full().catch(() => stopped.promise), stopped.promise]);
  if (context.signal?.aborted) throw abortedError("start a pool", context.signal);
  unlessStarted.move();
  return { report, stopped: stopped.promise, [Symbol.asyncDispose]: close };
}

/** Tries to have the directory before it is said to be another's: whoever sweeps has it for a moment only. */
const LOCK_TRIES = 10;

/** Makes the pool's directory and takes its lock; the lock's end removes the directory, too, where nobody else is in it. */
async function lockDirectory(directory: string, stateKey: string): Promise<AsyncDisposable> {
  const lock = await poll(
    "take the lock of a pool",
    (tries) => tryDirectory(directory, stateKey, tries),
    { intervalMs: 50 },
  );
  return {
    async [Symbol.asyncDispose]() {
      await lock[Symbol.asyncDispose]();
      await rmdir(directory).catch(() => {});
    },
  };
}

async function tryDirectory(
  directory: string,
  stateKey: string,
  tries: number,
): Promise<HeldLock | undefined> {
  await makePoolDirectory(directory);
  const attempt = await tryLock(join(directory, poolFiles.lock)).catch((error: unknown) => {
    // The directory was removed this moment.
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && tries < LOCK_TRIES) return undefined;
    throw error;
  });
  if (attempt === undefined || "lock" in attempt) return attempt?.lock;
  if (tries < LOCK_TRIES) return undefined;
  throw running(attempt.holder.pid, stateKey);
}

async function listen(
  server: Server,
  directory: string,
  stack: AsyncDisposableStack,
): Promise<void> {
  // What a pool that was killed has left: the lock says that it is dead.
  await rm(join(directory, poolFiles.socket), { force: true });
  const { path, handle } = await socketPath(directory);
  stack.defer(() => handle.close());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  stack.defer(() => void server.close());
}

/** How long a pool that starts waits for memory. */
const LACK_LIMIT_MS = 20_000;

function starved(lack: string, ready: number, size: number): PipelineError {
  const fewer = ready === 0 ? "" : `start it with --size ${ready}, `;
  return new PipelineError({
    code: "PIPELINE_POOL_FAILED",
    asked: `make ${size} ${size === 1 ? "pair" : "pairs"} stand ready`,
    happened: `memory is short: ${ready} ${ready === 1 ? "stands" : "stand"} ready, ${lack}`,
    hint: `${fewer}end what takes memory, or raise the limit of the control group`,
    data: { ready, size },
  });
}

function running(pid: number, stateKey: string): PipelineError {
  return new PipelineError({
    code: "PIPELINE_POOL_RUNNING",
    asked: "start a pool",
    happened: `process ${pid} keeps one for the state ${stateKey} with the same shares`,
    hint: "use it, or end it with `winvm pool stop`",
    data: { pid, stateKey },
  });
}

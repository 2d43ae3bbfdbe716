import { rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { abortedError, tryLock } from "@winvm/runtime";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import type { StateFacts } from "../stages/freeze/state-facts.ts";
import type { ShareRequest } from "../request.ts";
import type { StoreEntry } from "../store/store.ts";
import { hasRoomForPair } from "./memory-room.ts";
import { poolProtocol, type PoolReport } from "./messages.ts";
import { Pool } from "./pool.ts";
import { makePoolDirectory, poolDirectory, poolFiles, poolKey, socketPath } from "./pool-place.ts";
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
 * @throws PipelineError `PIPELINE_POOL_RUNNING` where the store has one for this state and these shares.
 */
export async function startPool(context: Context, settings: PoolSettings): Promise<RunningPool> {
  const { state, shares, size, idleMs } = settings;
  const { key: stateKey } = state.manifest;
  const directory = poolDirectory(context.store.layout, poolKey(stateKey, shares));
  await using stack = new AsyncDisposableStack();
  await makePoolDirectory(directory);
  const attempt = await tryLock(join(directory, poolFiles.lock));
  if ("holder" in attempt) throw running(attempt.holder.pid, stateKey);
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  stack.use(attempt.lock);
  const jobs = new Set<Promise<unknown>>();
  const cancelled = new AbortController();
  const pool = stack.use(
    new Pool({
      size,
      idleMs,
      retryMs: 2000,
      make: (signal) => startStandingPair({ ...context, signal }, stateKey, shares),
      hasRoom: hasRoomForPair,
      onTrouble: (message) =>
        context.emit({ type: "warning", code: "PIPELINE_POOL_FAILED", message }),
    }),
  );
  stack.defer(async () => {
    cancelled.abort();
    await Promise.all(jobs);
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
  const server = createServer((socket) => {
    void serve(
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
          server.close();
          if (now) cancelled.abort();
          await pool[Symbol.asyncDispose]();
          await Promise.all(jobs);
          stopped.resolve();
        },
      },
      socket,
    );
  });
  await listen(server, directory, stack);
  context.signal?.addEventListener("abort", () => stopped.resolve(), { once: true });
  pool.failed.catch((error: unknown) => stopped.reject(error as Error));
  await Promise.race([pool.full(), stopped.promise]);
  if (context.signal?.aborted) throw abortedError("start a pool", context.signal);
  const owned = stack.move();
  return { report, stopped: stopped.promise, [Symbol.asyncDispose]: () => owned.disposeAsync() };
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

function running(pid: number, stateKey: string): PipelineError {
  return new PipelineError({
    code: "PIPELINE_POOL_RUNNING",
    asked: "start a pool",
    happened: `process ${pid} keeps one for the state ${stateKey} with the same shares`,
    hint: "use it, or end it with `winvm pool stop`",
    data: { pid, stateKey },
  });
}

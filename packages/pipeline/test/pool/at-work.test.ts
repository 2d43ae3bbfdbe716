import { createReadStream, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, onTestFinished, test, vi } from "vitest";
import { openContext, type Context } from "../../src/context.ts";
import { runInPool } from "../../src/pool/run-in-pool.ts";
import { poolDirectory, poolKey } from "../../src/pool/pool-place.ts";
import { startPool } from "../../src/pool/start-pool.ts";
import type { RunResult } from "../../src/records.ts";
import type { RunRequest } from "../../src/request.ts";
import { Store, type StoreEntry } from "../../src/store/store.ts";
import { listPools, openPool, stopPools } from "../../src/verbs/pool.ts";

/** A played job: what it does with its streams until it ends. */
type Play = (request: RunRequest, signal: AbortSignal) => Promise<RunResult["outcome"]>;

const played = vi.hoisted(() => ({
  play: (() => Promise.reject(new Error("nothing is played"))) as Play,
  woken: 0,
  made: 0,
  /** From then on none can be made. */
  most: Infinity,
}));

vi.mock("../../src/pool/standing-pair.ts", () => ({
  async startStandingPair() {
    if (played.made === played.most) throw new Error("no more");
    played.made += 1;
    return {
      witnesses: { what: "run", machines: [], logs: [] },
      stateCreatedAt: "now",
      ended: new Promise(() => {}),
      wake: () => {
        played.woken += 1;
        return {
          id: "clone",
          shares: [],
          exchange: { stageJob: async () => ({}) },
          [Symbol.asyncDispose]: async () => {},
        };
      },
      privateBytes: async () => 0,
      [Symbol.asyncDispose]: async () => {},
    };
  },
}));
vi.mock("../../src/job/run-on-clone.ts", () => ({
  withBundle: async (_context: Context, outcome: unknown) => outcome,
  async runOnClone(context: Context, _clone: unknown, request: RunRequest): Promise<RunResult> {
    context.emit({ type: "job:start", runId: "clone", reviveMs: 1 });
    return {
      runId: "clone",
      outcome: await played.play(request, context.signal as AbortSignal),
    };
  },
}));

const state = {
  directory: "/nowhere",
  cached: true,
  manifest: { key: "aa", createdAt: "now", facts: { guest: "reference" } },
} as unknown as StoreEntry;
const job = { command: { kind: "argv", argv: ["true"] } } as const;
const exited = { kind: "exited", exitCode: 0 } as const;

async function open(most = Infinity) {
  Object.assign(played, { woken: 0, made: 0, most });
  const store = temporaryDirectory();
  const context = await openContext({ store });
  const directory = poolDirectory(context.store.layout, poolKey("aa", []));
  const start = async () => {
    const pool = await startPool(context, { state, shares: [], size: 1, idleMs: 60_000 });
    onTestFinished(() => pool[Symbol.asyncDispose]());
    return pool;
  };
  const run = (request: Partial<RunRequest> = {}, signal?: AbortSignal) =>
    runInPool({ ...context, signal }, state, { job, ...request });
  return { store, context, directory, start, run };
}

/** Plays a job that ends when it is told to, or is cancelled. */
function playWaiting() {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  played.play = async (_request, signal) => {
    begun.resolve();
    const cancelled = new Promise<true>((resolve) => {
      signal.addEventListener("abort", () => resolve(true), { once: true });
    });
    return (await Promise.race([end.promise, cancelled])) === true ? { kind: "cancelled" } : exited;
  };
  return { begun: begun.promise, end: () => end.resolve() };
}

test("all of the output is there before the result, however slowly it is read", async () => {
  const { start, run } = await open();
  await start();
  const piece = Buffer.alloc(64 * 1024, 1);
  const pieces = 64;
  played.play = async ({ stdout, stderr }) => {
    for (let count = 0; count < pieces; count += 1) stdout?.write(piece);
    stderr?.write("end");
    return exited;
  };
  const got = { stdout: 0, stderr: 0 };
  const count = (name: keyof typeof got): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        got[name] += chunk.length;
        setTimeout(done, 1);
      },
    });
  const result = await run({ stdout: count("stdout"), stderr: count("stderr") });
  expect(result?.outcome).toEqual(exited);
  expect(got).toEqual({ stdout: pieces * piece.length, stderr: 3 });
});

test("a stop waits for the job; until then the pool can be asked, but hands out nothing", async () => {
  const { store, directory, start, run } = await open();
  const pool = await start();
  const { begun, end } = playWaiting();
  const running = run();
  await begun;
  const stopping = stopPools({ now: false }, { store });
  await sleep(20);
  expect(await listPools({ store })).toMatchObject([{ running: 1, ready: 0 }]);
  expect(await run()).toBeUndefined();
  end();
  expect((await running)?.outcome).toEqual(exited);
  expect(await stopping).toBe(1);
  expect(existsSync(directory)).toBe(false);
  await pool.stopped;
  await start();
  expect(await stopPools({ now: false }, { store })).toBe(1);
});

test("stopped after all at once, the job's end is told as the pool's, not as its own cancel", async () => {
  const { store, start, run } = await open();
  await start();
  const { begun } = playWaiting();
  const running = run();
  await begun;
  const first = stopPools({ now: false }, { store });
  await sleep(20);
  expect(await stopPools({ now: true }, { store })).toBe(1);
  expect(await first).toBe(1);
  expect((await running)?.outcome).toMatchObject({
    kind: "connectionLost",
    error: { code: "PIPELINE_POOL_FAILED" },
  });
});

test("a cancel of the run's own is one", async () => {
  const { start, run } = await open();
  await start();
  const { begun } = playWaiting();
  const cancel = new AbortController();
  const running = run({}, cancel.signal);
  await begun;
  cancel.abort();
  expect((await running)?.outcome).toEqual({ kind: "cancelled" });
});

test("where no more pairs can be made, the job at work comes to its end first", async () => {
  const { start, run } = await open(1);
  const pool = await start();
  let ended = false;
  const stopped = pool.stopped.catch(() => (ended = true));
  const { begun, end } = playWaiting();
  const running = run();
  await begun;
  // It tries three times, two seconds apart.
  while ((await pool.report()).making > 0) await sleep(100);
  await sleep(100);
  expect(ended).toBe(false);
  end();
  expect((await running)?.outcome).toEqual(exited);
  await stopped;
}, 15_000);

test("a stop that is given up says so", async () => {
  const { store, start, run } = await open();
  await start();
  const { begun, end } = playWaiting();
  const running = run();
  await begun;
  const stop = stopPools({ now: false }, { store, signal: AbortSignal.timeout(50) });
  await expect(stop).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
  end();
  await running;
});

test("outputs obey the umask of the run, whatever the pool's is", async () => {
  const { start, run } = await open();
  await start();
  const told: unknown[] = [];
  played.play = async (request) => {
    told.push("umask" in request ? request.umask : undefined);
    return exited;
  };
  const own = vi.spyOn(process, "umask").mockReturnValue(0o27);
  onTestFinished(() => own.mockRestore());
  await run({ outputs: "out" });
  expect(told).toEqual([0o27]);
});

test("one that stands still is not waited for, and wakes nothing when it goes on", async () => {
  const { store, directory, run } = await open();
  mkdirSync(directory);
  const silent = createServer(() => {}).listen(join(directory, "socket"));
  onTestFinished(() => void silent.close());
  expect(await run()).toBeUndefined();
  expect(await listPools({ store })).toEqual([]);
  await expect(stopPools({ now: true }, { store })).rejects.toMatchObject({
    code: "PIPELINE_POOL_FAILED",
  });
}, 15_000);

test("a run that has gone before it was heard wakes no pair", async () => {
  const { directory, start } = await open();
  const pool = await start();
  const { connect } = await import("node:net");
  const { talkOver } = await import("../../src/pool/talk.ts");
  const { poolJobOf, poolProtocol } = await import("../../src/pool/messages.ts");
  const socket = connect(join(directory, "socket"));
  talkOver(socket).say({
    type: "run",
    protocol: poolProtocol,
    stateCreatedAt: "now",
    job: poolJobOf({ job }),
  });
  socket.end();
  while (played.made < 2 || (await pool.report()).ready < 1) await sleep(10);
  expect(played.woken).toBe(0);
});

test("what a killed pool has left is swept, and a living one's is not", async () => {
  const { store, directory, start } = await open();
  await start();
  const dead = join(store, "pools", "bb");
  mkdirSync(dead);
  writeFileSync(join(dead, "socket"), "");
  writeFileSync(join(dead, "lock"), JSON.stringify({ pid: 999_999_999, startTime: "1" }));
  await Store.open(store);
  expect([dead, directory].map((path) => existsSync(path))).toEqual([false, true]);
});

test.each([0, Number.NaN, 2 ** 31])("an idle time of %d is refused", async (idleMs) => {
  await expect(openPool({ size: 1, idleMs })).rejects.toMatchObject({
    code: "PIPELINE_INVALID_REQUEST",
  });
});

test("an input that can't be read ends the job, and is told as such", async () => {
  const { start, run } = await open();
  await start();
  played.play = async ({ stdin }, signal) => {
    stdin?.resume();
    const ended = new Promise<RunResult["outcome"]>((resolve) => {
      stdin?.once("end", () => resolve(exited));
      signal.addEventListener("abort", () => resolve({ kind: "cancelled" }), { once: true });
    });
    return ended;
  };
  // Reading a directory fails with EISDIR.
  const result = await run({ stdin: createReadStream("/") });
  expect(result?.outcome).toMatchObject({
    kind: "refused",
    error: { code: "PIPELINE_INPUT_FAILED", happened: expect.stringContaining("EISDIR") },
  });
});

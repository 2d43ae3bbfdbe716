import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { lackOf, PAIR_BYTES } from "../../src/pool/memory-room.ts";
import { Pool, type PoolMember, type PoolPlan } from "../../src/pool/pool.ts";

/** A member that remembers what became of it. */
class Member implements PoolMember {
  readonly #end = Promise.withResolvers<void>();
  readonly number: number;
  readonly ended = this.#end.promise;
  disposed = false;

  constructor(number: number) {
    this.number = number;
  }

  die(): void {
    this.#end.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
  }
}

function makePool(plan: Partial<PoolPlan<Member>> = {}) {
  const made: Member[] = [];
  const troubles: string[] = [];
  const pool = new Pool<Member>({
    size: 2,
    idleMs: 60_000,
    retryMs: 5,
    async make() {
      await sleep(1);
      const member = new Member(made.length);
      made.push(member);
      return member;
    },
    lack: async () => undefined,
    lackLimitMs: 60_000,
    lackError: (lack, ready) => new Error(`${ready} are ready: ${lack}`),
    onTrouble: (what) => troubles.push(what),
    ...plan,
  });
  onTestFinished(() => pool[Symbol.asyncDispose]());
  return { pool, made, troubles };
}

test("it makes as many as it should, gives each out once, and makes more behind them", async () => {
  const { pool, made } = makePool();
  await pool.full();
  expect(made.length).toBe(2);
  const taken = [pool.take(), pool.take(), pool.take()];
  expect(taken.map((member) => member?.number)).toEqual([0, 1, undefined]);
  pool.fill();
  await pool.full();
  expect(pool.ready.map(({ number }) => number)).toEqual([2, 3]);
  expect(made.slice(0, 2).some(({ disposed }) => disposed)).toBe(false);
});

test("its end ends what is ready, not what was taken", async () => {
  const { pool, made } = makePool();
  await pool.full();
  pool.take();
  await pool[Symbol.asyncDispose]();
  expect(made.map(({ disposed }) => disposed)).toEqual([false, true]);
  pool.fill();
  expect(pool.making).toBe(0);
});

test("one that ends while it stands ready is replaced and never given out", async () => {
  const { pool, made, troubles } = makePool();
  await pool.full();
  made[0]?.die();
  await sleep(10);
  await pool.full();
  expect(pool.ready.map(({ number }) => number)).toEqual([1, 2]);
  expect(made[0]?.disposed).toBe(true);
  expect(troubles).toEqual(["a pair that stood ready has ended"]);
});

test.each([1, 2])("one of %d that has ended when it is admitted is replaced", async (size) => {
  const { pool, made } = makePool({
    size,
    async make() {
      await sleep(1);
      const member = new Member(made.length);
      made.push(member);
      // The last of those that are wanted.
      if (made.length === size) member.die();
      return member;
    },
  });
  while (made.length < size) await sleep(1);
  await sleep(5);
  await Promise.race([pool.full(), sleep(2000)]);
  expect(pool.ready.map(({ number }) => number)).toEqual(size === 1 ? [1] : [0, 2]);
  expect(made[size - 1]?.disposed).toBe(true);
});

test("after it has given up it makes no more, whatever ends or is taken", async () => {
  let tries = 0;
  const { pool, made } = makePool({
    async make() {
      tries += 1;
      if (made.length === 1) throw new Error("no");
      const member = new Member(made.length);
      made.push(member);
      return member;
    },
  });
  await expect(pool.full()).rejects.toThrow("no");
  made[0]?.die();
  await sleep(30);
  pool.fill();
  await sleep(30);
  expect(tries).toBe(4);
  expect(pool.making).toBe(0);
});

test("it gives back what nobody uses, until the next one asks", async () => {
  const { pool, made } = makePool({ idleMs: 50 });
  await pool.full();
  await sleep(80);
  expect(pool.idle).toBe(true);
  expect(pool.ready).toEqual([]);
  expect(made.every(({ disposed }) => disposed)).toBe(true);
  expect(pool.take()).toBeUndefined();
  expect(pool.idle).toBe(false);
  await pool.full();
  expect(pool.ready.length).toBe(2);
});

test("nobody's idle time ends before it was full", async () => {
  const { pool } = makePool({
    idleMs: 20,
    async make() {
      await sleep(40);
      return new Member(0);
    },
  });
  await pool.full();
  expect(pool.ready.length).toBe(2);
  expect(pool.idle).toBe(false);
});

test("used while it fills, it is not waited for without end", async () => {
  const { pool } = makePool({ idleMs: 20, lack: async () => "none is free" });
  pool.take();
  await pool.full();
  expect(pool.idle).toBe(true);
});

test("after its end nothing is given out", async () => {
  const making = Promise.withResolvers<Member>();
  const { pool } = makePool({
    make: async () => (pool.ready.length === 0 ? new Member(0) : making.promise),
  });
  while (pool.ready.length === 0) await sleep(1);
  const ended = pool[Symbol.asyncDispose]();
  expect(pool.take()).toBeUndefined();
  making.resolve(new Member(1));
  await ended;
});

test("what can't be made is told, and after three times it gives up", async () => {
  const { pool, troubles } = makePool({
    make: async () => {
      throw new Error("no");
    },
  });
  await expect(pool.full()).rejects.toThrow("no");
  expect(troubles).toEqual(["no", "no", "no"]);
});

test("while memory is short none is made", async () => {
  let lack: string | undefined = "1 MiB is free";
  const { pool, made, troubles } = makePool({ lack: async () => lack });
  await sleep(50);
  expect(made).toEqual([]);
  expect(troubles).toEqual(["no pair is made meanwhile: 1 MiB is free"]);
  lack = undefined;
  await pool.full();
  expect(made.length).toBe(2);
});

test("memory that is short too long at its start is its end, and later is not", async () => {
  let room = 1;
  const plan: Partial<PoolPlan<Member>> = {
    lackLimitMs: 20,
    lack: async () => (room-- > 0 ? undefined : "1 MiB is free"),
  };
  const { pool } = makePool(plan);
  await expect(pool.full()).rejects.toThrow("1 are ready: 1 MiB is free");
  room = 2;
  const { pool: full, troubles } = makePool(plan);
  await full.full();
  full.take();
  full.fill();
  await sleep(60);
  expect(troubles).toEqual(["no pair is made meanwhile: 1 MiB is free"]);
  room = 1;
  await full.full();
  expect(full.ready.length).toBe(2);
});

test("a pool that has given one out has started, and waits for memory", async () => {
  const taken = Promise.withResolvers<void>();
  let room = 1;
  const { pool, troubles } = makePool({
    lackLimitMs: 20,
    async lack() {
      if (room-- > 0) return undefined;
      await taken.promise;
      return "1 MiB is free";
    },
  });
  while (pool.ready.length === 0) await sleep(1);
  expect(pool.take()).toBeDefined();
  taken.resolve();
  await sleep(60);
  expect(troubles).toEqual(["no pair is made meanwhile: 1 MiB is free"]);
  room = 2;
  await pool.full();
  expect(pool.ready.length).toBe(2);
});

test("a pool that was idle has started, and waits for memory", async () => {
  const making = Promise.withResolvers<Member>();
  let lack: string | undefined;
  const { pool, troubles } = makePool({
    idleMs: 60,
    lackLimitMs: 20,
    lack: async () => lack,
    make: () => making.promise,
  });
  expect(pool.take()).toBeUndefined();
  await pool.full();
  expect(pool.idle).toBe(true);
  making.resolve(new Member(0));
  while (pool.making > 0) await sleep(1);
  lack = "1 MiB is free";
  pool.take();
  await pool.full();
  expect(troubles).toEqual(["no pair is made meanwhile: 1 MiB is free"]);
});

test("memory that is short again after there was some is counted from then", async () => {
  const lacks = ["short", undefined, "short again"];
  let failing = true;
  const { pool, made, troubles } = makePool({
    lackLimitMs: 30,
    lack: async () => lacks.shift(),
    async make() {
      if (!failing) return new Member(0);
      failing = false;
      await sleep(60);
      throw new Error("no");
    },
  });
  await pool.full();
  expect(made).toEqual([]);
  expect(pool.ready.length).toBe(2);
  expect(troubles).toEqual([
    "no pair is made meanwhile: short",
    "no",
    "no pair is made meanwhile: short again",
  ]);
});

test("what is lacking is said in numbers", () => {
  expect(lackOf({ availableBytes: PAIR_BYTES, totalBytes: PAIR_BYTES })).toBeUndefined();
  expect(lackOf({ availableBytes: 300 * 2 ** 20, totalBytes: PAIR_BYTES })).toBe(
    "300 MiB of memory are free, and a pair may need 512 MiB",
  );
});

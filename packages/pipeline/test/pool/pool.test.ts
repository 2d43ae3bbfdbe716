import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
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
    hasRoom: async () => true,
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
  const { pool } = makePool({ idleMs: 20, hasRoom: async () => false });
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
  let room = false;
  const { pool, made, troubles } = makePool({ hasRoom: async () => room });
  await sleep(50);
  expect(made).toEqual([]);
  expect(troubles).toEqual(["no pair is made while memory is short"]);
  room = true;
  await pool.full();
  expect(made.length).toBe(2);
});

import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { parseHolder, processIdentity, tryLock } from "../src/index.ts";
import type { HeldLock } from "../src/index.ts";

async function take(file: string): Promise<HeldLock> {
  const attempt = await tryLock(file);
  if ("holder" in attempt) throw new Error(`process ${attempt.holder.pid} has it`);
  return attempt.lock;
}

test("one has it, the others are told who, and nothing is left at the end", async () => {
  const directory = temporaryDirectory();
  const file = join(directory, "lock");
  {
    await using _lock = await take(file);
    expect(await tryLock(file)).toEqual({ holder: await processIdentity(process.pid) });
    expect(readdirSync(directory)).toEqual(["lock"]);
  }
  expect(readdirSync(directory)).toEqual([]);
  await using again = await take(file);
  expect(again.file).toBe(file);
});

test("of many that try at the same time one gets it", async () => {
  const file = join(temporaryDirectory(), "lock");
  writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: "1" }));
  const attempts = await Promise.all(Array.from({ length: 16 }, () => tryLock(file)));
  expect(attempts.filter((attempt) => "lock" in attempt)).toHaveLength(1);
});

test("a lock whose content is still to come is not taken for a dead one's", async () => {
  const file = join(temporaryDirectory(), "lock");
  writeFileSync(file, "");
  const attempt = tryLock(file);
  const holder = await processIdentity(process.pid);
  await sleep(120);
  writeFileSync(file, JSON.stringify(holder));
  expect(await attempt).toEqual({ holder });
});

test("who has lost the lock does not take away that of its successor", async () => {
  const file = join(temporaryDirectory(), "lock");
  const lost = await take(file);
  writeFileSync(file, "rubbish");
  await using _lock = await take(file);
  await lost[Symbol.asyncDispose]();
  expect(existsSync(file)).toBe(true);
});

test("without its directory it throws what the system says", async () => {
  await expect(tryLock(join(temporaryDirectory(), "none/lock"))).rejects.toMatchObject({
    code: "ENOENT",
  });
});

test.each([
  ['{"pid":1,"startTime":"5"}', { pid: 1, startTime: "5" }],
  ['{"pid":"1"}', undefined],
  ["", undefined],
])("parseHolder(%s)", (text, holder) => {
  expect(parseHolder(text)).toEqual(holder);
});

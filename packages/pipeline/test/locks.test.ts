import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import type { PipelineEvent } from "../src/index.ts";
import { takeLock } from "../src/store/lock.ts";

test("a second taker waits for the first, and says for whom", async () => {
  const file = join(temporaryDirectory(), "lock");
  const events: PipelineEvent[] = [];
  const order: string[] = [];
  const first = await takeLock(file, "images/x");
  const second = (async () => {
    await using _lock = await takeLock(file, "images/x", {
      onEvent: (event) => events.push(event),
    });
    order.push("second has it");
  })();
  await expect.poll(() => events.length).toBe(1);
  order.push("first lets go");
  await first[Symbol.asyncDispose]();
  await second;
  expect(order).toEqual(["first lets go", "second has it"]);
  expect(events[0]).toMatchObject({
    type: "lock:wait",
    what: "images/x",
    holder: { pid: process.pid },
  });
  expect(existsSync(file)).toBe(false);
});

test("a waiter gives up at its limit and leaves nothing", async () => {
  const directory = temporaryDirectory();
  const file = join(directory, "lock");
  await using _held = await takeLock(file, "x");
  await expect(takeLock(file, "x", { timeoutMs: 50 })).rejects.toMatchObject({
    code: "RUNTIME_TIMEOUT",
  });
  expect(readdirSync(directory)).toEqual(["lock"]);
});

test("the lock of a process that is gone is taken over", { tags: ["host"] }, async () => {
  const directory = temporaryDirectory();
  const file = join(directory, "lock");
  const holder = spawn(
    process.execPath,
    [
      "--conditions=@winvm/source",
      "--input-type=module",
      "-e",
      `import { takeLock } from ${JSON.stringify(join(import.meta.dirname, "../src/store/lock.ts"))};
       await takeLock(${JSON.stringify(file)}, "x"); console.log("held"); setInterval(() => {}, 1000);`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await once(holder.stdout, "data");
  holder.kill("SIGKILL");
  await once(holder, "exit");
  await using lock = await takeLock(file, "x", { timeoutMs: 5000 });
  expect(lock.file).toBe(file);
  expect(readdirSync(directory)).toEqual(["lock"]);
});

test("a lock with rubbish in it is taken over", async () => {
  const file = join(temporaryDirectory(), "lock");
  writeFileSync(file, "{");
  await using lock = await takeLock(file, "x", { timeoutMs: 5000 });
  expect(lock.file).toBe(file);
});

test("many takers never hold it together", async () => {
  const file = join(temporaryDirectory(), "lock");
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      await using _lock = await takeLock(file, "x");
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside -= 1;
    }),
  );
  expect(most).toBe(1);
});

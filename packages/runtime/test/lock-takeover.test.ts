import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test, type TestContext } from "vitest";
import { parseHolder, processIdentity, startProcess, tryLock } from "../src/index.ts";
import type { HeldLock } from "../src/index.ts";

/** The number of no process: above the kernel's largest (proc(5)). */
const dead = { pid: 4_194_305, startTime: "1" };

interface Contender extends AsyncDisposable {
  ask(line: string): Promise<string>;
}

async function startContender(prefix: readonly string[] = []): Promise<Contender> {
  const script = join(import.meta.dirname, "fixtures/contender.mjs");
  const [file, ...args] = [...prefix, process.execPath, "--conditions=@winvm/source", script];
  const child = await startProcess({
    name: "contender",
    file,
    args,
    stdin: "pipe",
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe("ready");
  return {
    async ask(line) {
      child.stdin?.write(`${line}\n`);
      return next();
    },
    async [Symbol.asyncDispose]() {
      await child.stop();
    },
  };
}

test(
  "of many processes that take over a dead one's lock at once, one gets it",
  { tags: ["host"], timeout: 120_000 },
  async () => {
    const directory = temporaryDirectory();
    await using stack = new AsyncDisposableStack();
    const contenders = await Promise.all(Array.from({ length: 6 }, () => startContender()));
    for (const each of contenders) stack.use(each);
    const rounds: number[] = [];
    for (let round = 0; round < 200; round += 1) {
      const file = join(directory, `lock-${round}`);
      writeFileSync(file, JSON.stringify(dead));
      const answers = await Promise.all(contenders.map((each) => each.ask(file)));
      rounds.push(answers.filter((answer) => answer === "lock").length);
      await Promise.all(contenders.map((each) => each.ask("")));
    }
    expect(rounds).toEqual(rounds.map(() => 1));
    expect(readdirSync(directory)).toEqual([]);
  },
);

test("who has died while he took over a dead one's lock keeps nobody from it", async () => {
  const directory = temporaryDirectory();
  for (const name of ["lock", "lock.break", "lock.break.break"])
    writeFileSync(join(directory, name), JSON.stringify(dead));
  await using _lock = await take(join(directory, "lock"));
  expect(readdirSync(directory)).toEqual(["lock"]);
});

describe("a holder in another place", { tags: ["host"], timeout: 60_000 }, () => {
  test("a container's process has its lock here, and is followed by none before its end", async (context) => {
    requireNamespaces(context);
    const file = join(temporaryDirectory(), "lock");
    await using contained = await startContender(inNamespace);
    expect(await contained.ask(file)).toBe("lock");
    // Its number in there is that of another process here, or of none.
    const attempt = await tryLock(file);
    expect(attempt).toMatchObject({ holder: parseHolder(readFileSync(file, "utf8")) });
    await contained.ask("");
    await using lock = await take(file);
    expect(lock.file).toBe(file);
  });

  test("so does one whose container has a boot of its own", async (context) => {
    requireNamespaces(context);
    const root = temporaryDirectory();
    writeFileSync(join(root, "boot"), "0f5cbb5e-0000-4000-8000-000000000000\n");
    const bind = `mount --bind ${join(root, "boot")} /proc/sys/kernel/random/boot_id && exec "$@"`;
    await using contained = await startContender([...inNamespace, "sh", "-c", bind, "sh"]);
    const file = join(root, "lock");
    expect(await contained.ask(file)).toBe("lock");
    expect(readFileSync(file, "utf8")).toContain("0f5cbb5e");
    expect(await tryLock(file)).toHaveProperty("holder");
  });

  test("a process of the host has its lock in a container, too", async (context) => {
    requireNamespaces(context);
    const file = join(temporaryDirectory(), "lock");
    await using _lock = await take(file);
    await using contained = await startContender(inNamespace);
    expect(await contained.ask(file)).toBe("holder");
  });

  test("the host sees that a container's process is dead", async (context) => {
    if (readlinkSync("/proc/self/ns/pid") !== "pid:[4026531836]") context.skip("not on the host");
    const file = join(temporaryDirectory(), "lock");
    const self = await processIdentity(process.pid);
    writeFileSync(file, JSON.stringify({ ...self, ...dead, pidNamespace: "pid:[1]" }));
    await using lock = await take(file);
    expect(lock.file).toBe(file);
  });

  test("a holder of another boot is dead, though a process like him runs", async () => {
    const file = join(temporaryDirectory(), "lock");
    const self = await processIdentity(process.pid);
    writeFileSync(file, JSON.stringify({ ...self, bootId: "another" }));
    await using lock = await take(file);
    expect(lock.file).toBe(file);
  });

  test("a lock of an older version, which names no place, is held", async () => {
    const file = join(temporaryDirectory(), "lock");
    const { pid, startTime } = (await processIdentity(process.pid)) ?? dead;
    writeFileSync(file, JSON.stringify({ pid, startTime, nonce: "0" }));
    expect(await tryLock(file)).toEqual({ holder: { pid, startTime } });
  });
});

const inNamespace = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];

function requireNamespaces(context: TestContext): void {
  const [program = "", ...args] = inNamespace;
  if (spawnSync(program, [...args, "true"]).status !== 0)
    context.skip("no namespaces may be made here");
}

async function take(file: string): Promise<HeldLock> {
  const attempt = await tryLock(file);
  if ("holder" in attempt) throw new Error(`process ${attempt.holder.pid} has it`);
  return attempt.lock;
}

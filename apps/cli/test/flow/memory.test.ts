import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { memoryGroup, temporaryDirectory } from "@winvm/test-kit";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { descendants, finish, machinesBelow, runs, startWinvm, winvm } from "./winvm.ts";

const minutes = 60_000;
const MiB = 2 ** 20;

/** Five idle clones may be started with it. */
const limitBytes = 3700 * MiB;

/** MiB that each of so many takes: together they are too much with what they have taken before, one fewer fits. */
const tooMuch = (clones: number): number => Math.floor(3500 / clones);

/** How long the fifth clone is waited for: where the host has less memory, or is slow, it goes on with those that there are. */
const waitMs = 2.5 * minutes;

/** Takes the memory that it is told, and ends when it may. */
const work = `
until [ -s /mnt/gate/work ]; do sleep 1; done
dd if=/dev/zero of=/dev/null bs="$(cat /mnt/gate/work)M" count=1 2>/dev/null || exit 1
until [ -e /mnt/gate/end ]; do sleep 1; done
echo "$1 is done"
`;

/** What is told while a list runs. */
interface Told {
  readonly type: string;
  readonly why?: string;
  readonly sequence?: number;
  readonly attempt?: number;
}

describe("memory", { tags: ["vm"], timeout: 10 * minutes }, () => {
  beforeAll(async () => {
    expect((await winvm(["suspend", "reference"])).code).toBe(0);
  }, 30 * minutes);

  test("exhausted at the fifth clone: the kernel ends a machine, its item is run again with fewer at once, all end well", async (context) => {
    if (freemem() < limitBytes + 1024 * MiB) context.skip("needs 5 GiB of free memory");
    const group = memoryGroup(context, limitBytes);
    const gate = join(temporaryDirectory(), "gate");
    mkdirSync(gate, { mode: 0o755 });
    const open = (name: string, text = ""): void =>
      writeFileSync(join(gate, name), text, { mode: 0o644 });
    const items = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const list = startWinvm(
      [
        "map",
        "--json",
        "-j",
        "8",
        "--share",
        `gate=${gate}`,
        "--",
        "sh",
        "-c",
        work,
        "x",
        "{}",
        ":::",
        ...items,
      ],
      { within: group.within },
    );
    const ended = finish(list);
    // Before the group is removed, which was made first.
    onTestFinished(() => endAll(list, ended), minutes);
    let scores: readonly string[] = [];
    let running = 0;
    let working = 0;
    let mostAtFirst = 0;
    let mostAfter: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    onTestFinished(() => clearTimeout(timer));
    const letWork = (): void => {
      if (scores.length > 0) return;
      scores = machinesBelow(list.pid ?? 0).map((pid) =>
        readFileSync(`/proc/${pid}/oom_score_adj`, "utf8").trim(),
      );
      open("work", String(tooMuch(working)));
      clearTimeout(timer);
      // Where nothing had to be ended they end all the same, and the test says so.
      timer = setTimeout(() => open("end"), waitMs);
    };
    for await (const line of createInterface({ input: list.stdout ?? Readable.from([]) })) {
      const { type } = JSON.parse(line) as Told;
      if (type === "item:start") running += 1;
      if (type === "item:end" || type === "item:retry") running -= 1;
      if (type === "item:retry") mostAfter ??= 0;
      if (mostAfter === undefined) mostAtFirst = Math.max(mostAtFirst, running);
      else mostAfter = Math.max(mostAfter, running);
      if (type === "item:job") {
        timer ??= setTimeout(letWork, waitMs);
        if (++working === 5) letWork();
      }
      if (type === "item:retry") open("end");
    }
    const result = await ended;
    const events = result.events() as unknown as readonly Told[];
    const retries = events.filter(({ type }) => type === "item:retry");
    expect(result.outcome()).toMatchObject({
      kind: "mapped",
      items: 8,
      ok: 8,
      failed: 0,
      machineFailed: 0,
      cancelled: 0,
      retried: retries.length,
    });
    expect(result.code).toBe(0);
    // Nothing but the kernel has ended a machine, and nothing but machines was ended.
    expect(retries.length).toBeGreaterThan(0);
    expect(group.killed()).toBeGreaterThanOrEqual(retries.length);
    for (const retry of retries) {
      expect(retry).toMatchObject({
        why: "memory",
        outcome: {
          error: { code: "PIPELINE_MACHINE_ENDED", hint: expect.stringContaining("memory") },
          killed: expect.arrayContaining([expect.stringMatching(/^winvm-/)]),
        },
      });
    }
    expect(scores.length).toBeGreaterThanOrEqual(4);
    expect(new Set(scores)).toEqual(new Set(["500"]));
    // It was seen that no more would fit, and that there were too many.
    expect(events.some(({ type }) => type === "memory:wait")).toBe(true);
    expect(mostAfter).toBeLessThan(mostAtFirst);
    const output = events.flatMap((event) => ("data" in event ? [String(event.data)] : []));
    expect(output.toSorted()).toEqual(items.map((item) => `${item} is done\n`));
  });

  test("a pool without memory for its pairs says what it lacks, and ends", async (context) => {
    // Never as much as a pair may need.
    const group = memoryGroup(context, 500 * MiB);
    const words = ["pool", "start", "--share", `gate=${temporaryDirectory()}`];
    const { code, stderr } = await winvm(words, { within: group.within });
    expect(code, stderr).toBe(125);
    expect(stderr).toMatch(
      /make 2 pairs stand ready: memory is short: 0 stand ready, \d+ MiB of memory are free, and a pair may need 512 MiB\n/,
    );
    expect(stderr).toContain("hint: end what takes memory, or raise the limit");
    expect(group.killed()).toBe(0);
  });

  test("a control group's limit is what doctor tells", async (context) => {
    const group = memoryGroup(context, 1000 * MiB);
    const { stdout } = await winvm(["doctor", "--json"], { within: group.within });
    const needs = JSON.parse(stdout.toString()) as readonly { readonly name: string }[];
    expect(needs.find(({ name }) => name === "memory")).toMatchObject({
      status: "warning",
      found: expect.stringMatching(/^0\.\d GiB free of 1\.0 GiB/),
    });
  });
});

/** Ends one that still runs, in any case with all that it has started. */
async function endAll(list: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const below = descendants(list.pid ?? 0);
  list.kill("SIGTERM");
  const signal = AbortSignal.timeout(20_000);
  const late = once(signal, "abort");
  await Promise.race([ended, late]);
  if (!signal.aborted) return;
  list.kill("SIGKILL");
  for (const pid of below.filter((each) => runs(each))) process.kill(pid, "SIGKILL");
  await ended;
}

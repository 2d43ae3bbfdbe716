import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDirectory, testStore } from "@winvm/test-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { descendants, finish, runs, startWinvm, winvm, type CallResult } from "./winvm.ts";

const minutes = 60_000;

function lastOf({ stdout }: CallResult): Record<string, unknown> {
  return JSON.parse(stdout.toString().trimEnd().split("\n").at(-1) ?? "{}") as Record<
    string,
    unknown
  >;
}

describe("winvm pool", { tags: ["vm"], timeout: 5 * minutes }, () => {
  // A share of its own: the other tests' runs on this store must not find the pool.
  let share: string;
  let pid: number;

  const run = (args: readonly string[], input?: string): Promise<CallResult> =>
    winvm(["run", "--share", share, ...args], input === undefined ? {} : { input });
  const report = async (): Promise<Record<string, unknown> | undefined> => {
    const pools = JSON.parse((await winvm(["pool", "status", "--json"])).stdout.toString()) as {
      pid: number;
    }[];
    return pools.find((pool) => pool.pid === pid);
  };
  const start = async (): Promise<void> => {
    const started = await winvm(["pool", "start", "--json", "--size", "1", "--share", share]);
    expect(started.stderr).toBe("");
    const { pool } = lastOf(started) as { pool: { pid: number; ready: number } };
    expect(pool.ready).toBe(1);
    ({ pid } = pool);
  };
  const untilReady = async (): Promise<void> => {
    while ((await report())?.["ready"] !== 1) await sleep(100);
  };

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), "winvm-t-"));
    // The guest's account is never root's.
    chmodSync(directory, 0o755);
    writeFileSync(join(directory, "file"), "shared\n");
    share = `data=${directory}`;
    await start();
  }, 30 * minutes);
  afterAll(async () => {
    await winvm(["pool", "stop", "--now"]);
    // It has let go of all when it says so, and ends.
    while (runs(pid)) await sleep(20);
    rmSync(share.slice("data=".length), { recursive: true });
  }, minutes);

  test("a run takes the pair: files, streams, variables and exit code are as ever", async () => {
    const inputs = temporaryDirectory();
    writeFileSync(join(inputs, "given"), "given\n");
    const outputs = join(temporaryDirectory(), "out");
    const script =
      'cat; cat given; cat /mnt/data/file; echo "$A" >&2; echo made >"$WINVM_OUT/made"; exit 9';
    const args = ["--json", "--in", inputs, "--out", outputs, "-e", "A=ä b", "-c", script];
    const before = (await report())?.["served"];
    const result = await run(args, "typed\n");
    expect(result.outcome()).toMatchObject({ kind: "exited", exitCode: 9 });
    // The clone is the pool's.
    expect(result.outcome()["runId"]).toMatch(new RegExp(`-${pid}$`));
    const said = (stream: string): string =>
      result
        .events()
        .filter((event) => event["type"] === "output" && event["stream"] === stream)
        .map((event) => event["data"])
        .join("");
    expect(said("stdout")).toBe("typed\ngiven\nshared\n");
    expect(said("stderr")).toBe("ä b\n");
    expect(readFileSync(join(outputs, "made"), "utf8")).toBe("made\n");
    expect(result.code).toBe(9);
    await untilReady();
    expect((await report())?.["served"]).toBe(Number(before) + 1);
  });

  test("no pair is given out twice: each run finds the guest as it was frozen", async () => {
    const job = ["-c", "ls /tmp/mark /tmp/xchg/out /tmp/xchg/in; touch /tmp/mark /tmp/xchg/out/x"];
    for (const _ of [1, 2]) {
      await untilReady();
      const { stdout } = await run(job);
      expect(stdout.toString()).toBe("/tmp/xchg/in:\n\n/tmp/xchg/out:\n");
    }
    expect(
      readdirSync(join(testStore(), "runs")).filter((id) => id.endsWith(`-${pid}`)).length,
    ).toBeLessThanOrEqual(1);
  });

  test("limits and cancels reach the job, and the next pair stands ready again", async () => {
    await untilReady();
    expect((await run(["--timeout", "1s", "--", "sleep", "60"])).code).toBe(124);
    await untilReady();
    const child = startWinvm(["run", "--share", share, "--", "sh", "-c", "echo here; sleep 60"]);
    const ended = finish(child);
    await once(child.stdout as NodeJS.ReadableStream, "data");
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    await untilReady();
  });

  test("with none ready, with another share, or where it is unwanted, a run revives its own", async () => {
    await untilReady();
    const inPool = new RegExp(`-${pid}$`);
    const own = await run(["--json", "--no-pool", "--", "true"]);
    expect(own.outcome()["runId"]).not.toMatch(inPool);
    const other = await winvm(["run", "--json", "--share", `${share}:ro`, "--", "true"]);
    expect(other.outcome()["runId"]).not.toMatch(inPool);
    const both = await Promise.all([1, 2].map(() => run(["--json", "--", "sleep", "1"])));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter((one) => inPool.test(String(one.outcome()["runId"]))).length).toBe(1);
  });

  test("a second pool for the same is refused, and disturbs nothing", async () => {
    await untilReady();
    const second = await winvm(["pool", "start", "--share", share, "--foreground"]);
    expect(second.stderr).toContain("code: PIPELINE_POOL_RUNNING");
    expect(second.stderr).toContain(String(pid));
    expect(second.code).toBe(125);
    expect((await run(["--json", "--", "true"])).outcome()["runId"]).toMatch(
      new RegExp(`-${pid}$`),
    );
  });

  test.each([
    [["--size", "0"], "--size: expected 1 to 64"],
    [["--idle", "soon"], "--idle: expected"],
    [["--share", "data"], "--share: expected"],
  ])("%j is told before anything is started", async (args, fault) => {
    const { stderr, code } = await winvm(["pool", "start", ...args]);
    expect(stderr).toContain(fault);
    expect(code).toBe(125);
  });

  test("killed, it leaves no process; runs go on without it, and a new one takes its place", async () => {
    await untilReady();
    const machines = descendants(pid);
    expect(machines.length).toBeGreaterThanOrEqual(3);
    process.kill(pid, "SIGKILL");
    while (machines.some(runs)) await sleep(20);
    expect((await run(["--", "sh", "-c", "exit 4"])).code).toBe(4);
    await start();
    expect((await run(["--json", "--", "true"])).outcome()["runId"]).toMatch(
      new RegExp(`-${pid}$`),
    );
    expect(readdirSync(join(testStore(), "pools")).length).toBe(1);
  });
});

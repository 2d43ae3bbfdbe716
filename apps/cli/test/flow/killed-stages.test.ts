import { once } from "node:events";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { testStore } from "@winvm/test-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { descendants, machinesBelow, machinesOf, runs, startWinvm, winvm } from "./winvm.ts";

const minutes = 60_000;
const store = `${testStore()}-killed`;

/** Kills it so long after so many machines have been started for it. */
async function killAt(machines: number, delayMs: number, args: readonly string[]): Promise<void> {
  const child = startWinvm(args, { store });
  const seen = new Set<number>();
  const ended = (): boolean => child.exitCode !== null;
  while (seen.size < machines && !ended()) {
    for (const pid of machinesBelow(child.pid ?? 0)) seen.add(pid);
    await sleep(50);
  }
  await sleep(delayMs);
  const children = descendants(child.pid ?? 0);
  const when = `${args.join(" ")}, ${delayMs} ms after machine ${machines}`;
  expect(ended(), `${when}: still at work`).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  await expect.poll(() => children.filter(runs), { timeout: 5000, message: when }).toEqual([]);
  await expect.poll(() => machinesOf(store), { timeout: 5000 }).toEqual([]);
}

function entries(kind: string): readonly string[] {
  return readdirSync(join(store, kind));
}

describe("kill -9 while a stage is made", { tags: ["vm"], timeout: 15 * minutes }, () => {
  beforeAll(async () => {
    rmSync(store, { recursive: true, force: true });
    expect((await winvm(["suspend", "reference"])).code).toBe(0);
    // The media are there, the rest is to be made.
    for (const kind of ["media", "cache"]) {
      cpSync(join(testStore(), kind), join(store, kind), { recursive: true });
    }
  }, 30 * minutes);

  afterAll(() => rmSync(store, { recursive: true, force: true }));

  test("no process is left, and the next one makes it anew and clears up", async () => {
    const started = performance.now();
    expect((await winvm(["install", "reference"], { store })).code).toBe(0);
    const wholeMs = performance.now() - started;
    rmSync(join(store, "images"), { recursive: true });
    await killAt(0, 300, ["install", "reference"]);
    await killAt(1, wholeMs / 8, ["install", "reference"]);
    await killAt(1, wholeMs / 3, ["install", "reference"]);
    expect((await winvm(["install", "reference"], { store })).code).toBe(0);
    expect(entries("images")).toHaveLength(1);
    await killAt(1, 1500, ["rehearse", "7"]);
    await killAt(1, 0, ["suspend", "reference"]);
    await killAt(2, 2000, ["suspend", "reference"]);
    const { code, stdout } = await winvm(["run", "--", "echo", "whole"], { store });
    expect({ code, stdout: String(stdout) }).toEqual({ code: 0, stdout: "whole\n" });
    expect(entries("images")).toHaveLength(1);
    expect(entries("states")).toHaveLength(1);
    expect(entries("runs")).toEqual([]);
  });
});

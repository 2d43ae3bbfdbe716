import { once } from "node:events";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { testStore } from "@winvm/test-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { descendants, machinesOf, runs, startWinvm, winvm } from "./winvm.ts";

const minutes = 60_000;
const store = `${testStore()}-killed`;

async function killAfter(delayMs: number, args: readonly string[]): Promise<void> {
  const child = startWinvm(args, { store });
  await sleep(delayMs);
  const children = descendants(child.pid ?? 0);
  expect(child.exitCode, `${args.join(" ")} was still at work`).toBeNull();
  child.kill("SIGKILL");
  await once(child, "exit");
  await expect
    .poll(() => children.filter(runs), { timeout: 5000, message: `after ${delayMs} ms` })
    .toEqual([]);
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
    await killAfter(3000, ["install", "reference"]);
    await killAfter(20_000, ["install", "reference"]);
    expect((await winvm(["install", "reference"], { store })).code).toBe(0);
    expect(entries("images")).toHaveLength(1);
    await killAfter(15_000, ["rehearse", "7"]);
    await killAfter(2000, ["suspend", "reference"]);
    await killAfter(15_000, ["suspend", "reference"]);
    const { code, stdout } = await winvm(["run", "--", "echo", "whole"], { store });
    expect({ code, stdout: String(stdout) }).toEqual({ code: 0, stdout: "whole\n" });
    expect(entries("images")).toHaveLength(1);
    expect(entries("states")).toHaveLength(1);
    expect(entries("runs")).toEqual([]);
  });
});

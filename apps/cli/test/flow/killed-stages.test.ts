import { once } from "node:events";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { testStore } from "@winvm/test-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { descendants, machinesBelow, machinesOf, runs, startWinvm, until, winvm } from "./winvm.ts";

const minutes = 60_000;
const store = `${testStore()}-killed`;

/** Kills it as soon as there is something to be seen of what it does. */
async function killWhen(
  what: string,
  seen: (pid: number) => boolean,
  args: readonly string[],
): Promise<void> {
  const child = startWinvm(args, { store });
  const when = `${args.join(" ")}, when there is ${what}`;
  await until(child, what, seen, 10 * minutes);
  const children = descendants(child.pid ?? 0);
  expect(child.exitCode, `${when}: still at work`).toBeNull();
  child.kill("SIGKILL");
  await once(child, "exit");
  await expect.poll(() => children.filter(runs), { timeout: 30_000, message: when }).toEqual([]);
  await expect.poll(() => machinesOf(store), { timeout: 30_000, message: when }).toEqual([]);
}

const machines = (count: number) => (pid: number) => machinesBelow(pid).length >= count;

/** Whether what is being made of this kind has a file that says this. */
const says = (kind: string, name: string, text: string) => () =>
  entries(kind).some((entry) => contentOf(join(store, kind, entry, name)).includes(text));

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function entries(kind: string): readonly string[] {
  return existsSync(join(store, kind)) ? readdirSync(join(store, kind)) : [];
}

describe("kill -9 while a stage is made", { tags: ["vm"], timeout: 30 * minutes }, () => {
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
    const install = ["install", "reference"];
    await killWhen("half an entry", () => entries("images").length === 1, install);
    await killWhen("a machine", machines(1), install);
    await killWhen("half a disk", says("images", "serial.log", "SETUP copies the image"), install);
    await killWhen("a restart", says("images", "serial.log", "SETUP specialize"), install);
    expect((await winvm(install, { store })).code).toBe(0);
    expect(entries("images")).toHaveLength(1);
    await killWhen("a rehearsal", says("runs", "serial.log", "SETUP windowsPE"), ["rehearse", "7"]);
    const suspend = ["suspend", "reference"];
    await killWhen("a machine", machines(1), suspend);
    await killWhen("a pair", machines(2), suspend);
    await killWhen("a guest that is ready", says("states", "guest.log", "winvm: ready"), suspend);
    const { code, stdout } = await winvm(["run", "--", "echo", "whole"], { store });
    expect({ code, stdout: String(stdout) }).toEqual({ code: 0, stdout: "whole\n" });
    expect(entries("images")).toHaveLength(1);
    expect(entries("states")).toHaveLength(1);
    expect(entries("runs")).toEqual([]);
  });
});

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { follow, jsonLines, winvm, winvmCommand } from "../fixtures/winvm.ts";
import type { Finished } from "../fixtures/winvm.ts";

type Env = Readonly<Record<string, string>>;

/** Runs it as a shell's `"$@"`, which prepares something first in this directory. */
async function prepared(
  directory: string,
  script: string,
  args: readonly string[],
  env: Env = { WINVM_STORE: `${directory}/store` },
): Promise<Finished> {
  const shell = ["sh", "-c", `cd "$0" && ${script}`, directory];
  return follow([...shell, ...winvmCommand("real", args)], { env }).finished;
}

const unusable = /^hint: .*--store.*\ncode: PIPELINE_STORE_UNUSABLE$/m;

describe("standard output that nobody can read", { tags: ["host"] }, () => {
  const all = [
    ["states"],
    ["images", "--json"],
    ["--version"],
    ["--quiet", "--version"],
    ["--help"],
    ["help", "run"],
  ].map((args) => ({ args }));

  test.each(all)("$args: a reader that has gone is 141, without a word", async ({ args }) => {
    // A FIFO whose only reader was the shell itself.
    const noReader = 'mkfifo fifo && exec 3<>fifo 4>fifo 3<&- && exec "$@" >&4';
    const { status, stderr } = await prepared(temporaryDirectory(), noReader, args);
    expect({ status, stderr }).toEqual({ status: 141, stderr: "" });
  });

  test.each(all)("$args: a full disk is told", async ({ args }) => {
    await using full = await open("/dev/full", "w");
    const env = { WINVM_STORE: temporaryDirectory() };
    const { status, stderr } = await winvm(args, { env, stdout: full.fd });
    expect(status).toBe(125);
    expect(stderr).toMatch(/^winvm: write to standard output: ENOSPC/);
    expect(stderr).toMatch(/^code: CLI_OUTPUT_FAILED$/m);
  });

  test.each(all)("$args: none at all is the null device, as Node has it", async ({ args }) => {
    const { status, stderr } = await prepared(temporaryDirectory(), 'exec "$@" >&-', args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("a home that is none", { tags: ["host"] }, () => {
  test.each<Env>([
    { HOME: "", XDG_CACHE_HOME: "" },
    { HOME: "home", XDG_CACHE_HOME: "caches" },
  ])("%j puts nothing into the working directory", async (env) => {
    const directory = temporaryDirectory();
    expect((await prepared(directory, 'exec "$@"', ["--version"], env)).status).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("nor in the list of users: the store can't be found, and that is all", async (context) => {
    const unknown = ["unshare", "--user", "--map-user=54321"];
    const tried = spawnSync(unknown[0] ?? "", [...unknown.slice(1), "true"]);
    context.skip(tried.status !== 0, "this system lets us be no user that it does not know");
    const env = { HOME: "", XDG_CACHE_HOME: "", WINVM_STORE: "" };
    const command = (args: readonly string[]) => [...unknown, ...winvmCommand("real", args)];
    const version = await follow(command(["--version"]), { env }).finished;
    expect([version.status, version.stderr]).toEqual([0, ""]);
    const { status, stderr } = await follow(command(["states"]), { env }).finished;
    expect(status).toBe(125);
    expect(stderr).toMatch(/^winvm: find the store: .*user 54321\nhint: set HOME,/);
    expect(stderr).toMatch(unusable);
  });

  test("a place in /proc is refused, and does not keep it busy", async () => {
    const env = { XDG_CACHE_HOME: "/proc/nowhere", WINVM_STORE: "" };
    expect((await winvm(["--version"], { env })).status).toBe(0);
    for (const args of [["states"], ["states", "--store", "/proc/no/where"]]) {
      const { status, stderr } = await winvm(args, { env });
      expect(status).toBe(125);
      expect(stderr).toMatch(unusable);
    }
  });
});

describe("a working directory that was removed", { tags: ["host"] }, () => {
  const removed = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"';

  test.each([
    [["run", "--", "true"]],
    [["answer", "11"]],
    [["export", "reference", "file"]],
    [["states", "--store", "relative/store"]],
  ])("%j says so", async (args) => {
    const { status, stderr } = await prepared(temporaryDirectory(), removed, args);
    expect(status).toBe(125);
    expect(stderr).toMatch(/^winvm: \w+: the working directory is not there any more\nhint: /);
    expect(stderr).toMatch(/^code: CLI_NO_DIRECTORY$/m);
  });

  test("with --json that is an outcome too; who needs none works", async () => {
    const run = await prepared(temporaryDirectory(), removed, ["run", "--json", "--", "true"]);
    expect(jsonLines(run.stdout)).toMatchObject([
      { type: "outcome", kind: "refused", error: { code: "CLI_NO_DIRECTORY" } },
    ]);
    expect((await prepared(temporaryDirectory(), removed, ["states"])).status).toBe(0);
  });
});

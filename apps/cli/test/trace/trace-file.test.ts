import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { played, start } from "../fixtures/winvm.ts";
import { faultsOfTrace, spansOfTrace } from "./read-trace.ts";

const read = (file: string): string => readFileSync(file, "utf8");

describe("--trace, over a pipeline that plays", { tags: ["host"] }, () => {
  test.each([
    [["run", "exit", "0"], 0],
    [["run", "exit", "7"], 7],
    [["run", "fault"], 125],
    [["run", "crash"], 125],
    [["install", "reference"], 0],
    [["install", "nosuch"], 125],
  ])("%j: the file is complete, whatever the end", async ([verb = "", ...rest], status) => {
    const file = join(temporaryDirectory(), "trace.json");
    expect((await played([verb, "--trace", file, ...rest])).status).toBe(status);
    expect(faultsOfTrace(read(file))).toEqual([]);
    expect(spansOfTrace(read(file)).map(({ name }) => name)).toEqual(["start Node", "load winvm"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each([
    ["hang", 1],
    ["stubborn", 2],
  ])("%s, after %d times Ctrl-C", async (part, times) => {
    const file = join(temporaryDirectory(), "trace.json");
    const running = start("played", ["run", "--trace", file, "--verbose", part]);
    await running.saw("revived");
    running.child.kill("SIGINT");
    if (times === 2) {
      await running.saw("the first signal came");
      running.child.kill("SIGINT");
    }
    expect((await running.finished).status).toBe(130);
    expect(faultsOfTrace(read(file))).toEqual([]);
  });

  test("a file that was there is the owner's alone; a device stays as it is", async () => {
    const file = join(temporaryDirectory(), "trace.json");
    writeFileSync(file, "x".repeat(100_000), { mode: 0o644 });
    expect((await played(["run", "--trace", file, "exit", "0"])).status).toBe(0);
    expect(faultsOfTrace(read(file))).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { mode } = statSync("/dev/null");
    expect((await played(["run", "--trace", "/dev/null", "exit", "0"])).status).toBe(0);
    expect(statSync("/dev/null").mode).toBe(mode);
  });

  test.each(["install", "suspend"])("%s that was mistyped leaves a file as it is", async (verb) => {
    const file = join(temporaryDirectory(), "trace.json");
    writeFileSync(file, "an older one");
    expect((await played([verb, "--trace", file])).status).toBe(125);
    expect(read(file)).toBe("an older one");
  });

  test("a bad file is told before anything starts", async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "d"));
    for (const bad of ["d", "no/such/directory/trace.json"]) {
      const { status, stdout, stderr } = await played([
        "run",
        "--trace",
        join(directory, bad),
        "both",
      ]);
      expect(status).toBe(125);
      expect(stdout.length).toBe(0);
      expect(stderr).toMatch(/write the trace .*: E(ISDIR|NOENT)/);
      expect(stderr).toContain("code: CLI_TRACE_UNWRITABLE");
    }
  });
});

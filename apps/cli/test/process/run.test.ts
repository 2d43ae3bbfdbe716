import { open } from "node:fs/promises";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { follow, jsonLines, played, start, winvmCommand } from "../fixtures/winvm.ts";

const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

const text = ({ stdout }: { stdout: Buffer }): string => stdout.toString();

describe("run, over a pipeline that plays", { tags: ["host"] }, () => {
  test("exits as the command did", async () => {
    expect((await played(["run", "exit", "0"])).status).toBe(0);
    expect((await played(["run", "--", "exit", "7"])).status).toBe(7);
  });

  test.each([
    ["missing", 127, "there is no program"],
    ["forbidden", 126, "can't be executed"],
    ["late", 124, "took longer than 5 s"],
    ["crash", 125, "evidence: /store/failures/r1"],
    ["fault", 125, "a fault of winvm itself: TypeError: a fault in the pipeline"],
  ])("%s exits with %d and says why", async (part, status, words) => {
    const result = await played(["run", "--timeout", "5s", part]);
    expect(result.status).toBe(status);
    expect(result.stdout.length).toBe(0);
    expect(result.stderr).toContain(words);
  });

  test("streams come apart, and nothing is added to them", async () => {
    const result = await played(["run", "both"]);
    expect(result).toEqual({
      status: 0,
      stdout: Buffer.from("to stdout\n"),
      stderr: "to stderr\n",
    });
  });

  test("binary output comes byte for byte", async () => {
    const count = 5_000_001;
    const expected = Buffer.from(
      Array.from({ length: count }, (_unused, index) => ((index % 65_536) * 7) & 255),
    );
    const { stdout } = await played(["run", "bytes", String(count)]);
    expect(stdout.length).toBe(count);
    expect(hash(stdout)).toBe(hash(expected));
  });

  test("not on a terminal stages are plain lines on standard error", async () => {
    const { stdout, stderr } = await played(["run", "stages"]);
    expect(stdout.toString()).toBe("output\n");
    expect(stderr).toBe(
      "winvm: install the reference guest …\nwinvm: install the reference guest: done in 1m 23s\n",
    );
    expect((await played(["run", "--quiet", "stages"])).stderr).toBe("");
  });

  test("options reach the pipeline", async () => {
    const args = [
      "--env",
      "A=1",
      "--env",
      "B",
      "--cwd",
      "c:\\x",
      "--timeout",
      "2m",
      "--in",
      "/in",
      "--out",
      "/out",
    ];
    const result = await played(
      [
        "run",
        ...args,
        "--guest",
        "7",
        "--iso",
        "/w.iso",
        "--rebuild",
        "--share",
        "s=/d:ro",
        "request",
        "a b",
      ],
      { env: { B: "from here" } },
    );
    expect(JSON.parse(text(result))).toEqual({
      guest: "7",
      iso: "/w.iso",
      rebuild: true,
      shares: [{ name: "s", directory: "/d", readOnly: true }],
      inputs: "/in",
      outputs: "/out",
      timeoutMs: 120_000,
      stdin: false,
      pool: true,
      job: {
        command: { kind: "argv", argv: ["request", "a b"] },
        env: { A: "1", B: "from here" },
        cwd: "c:\\x",
      },
    });
  });
});

describe("run --json", { tags: ["host"] }, () => {
  test("events a line each, characters whole, the outcome last with all bits of the code", async () => {
    const result = await played(["run", "--json", "halves"]);
    expect(result.stderr).toBe("");
    expect(jsonLines(result.stdout)).toEqual([
      {
        type: "output",
        stream: "stdout",
        encoding: "base64",
        data: Buffer.from([0xe2, 0x82, 0xac, 0xff]).toString("base64"),
      },
      { type: "output", stream: "stderr", encoding: "utf8", data: "é" },
      { type: "outcome", kind: "exited", exitCode: 3000, runId: "r1" },
    ]);
  });

  test("stages are events", async () => {
    const lines = jsonLines((await played(["run", "--json", "stages"])).stdout);
    expect(lines.map(({ type }) => type)).toEqual([
      "stage:end",
      "stage:start",
      "stage:step",
      "stage:end",
      "stage:start",
      "job:start",
      "output",
      "stage:end",
      "outcome",
    ]);
  });

  test.each([
    ["crash", { kind: "guestCrashed", bundle: "/store/failures/r1" }],
    ["fault", { kind: "refused", error: { code: "CLI_FAULT" } }],
  ])("%s ends with an outcome too", async (part, outcome) => {
    const { status, stdout } = await played(["run", "--json", part]);
    expect(status).toBe(125);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "outcome", ...outcome });
  });
});

describe("standard input", { tags: ["host"] }, () => {
  test("what is piped in is the command's", async () => {
    const running = start("played", ["run", "cat"], { stdin: "pipe" });
    running.child.stdin?.end("in and out\n");
    expect(text(await running.finished)).toBe("in and out\n");
  });

  test("a file is the command's", async () => {
    await using file = await open(new URL(import.meta.url));
    const { stdout } = await played(["run", "cat"], { stdin: file.fd });
    expect(stdout.toString()).toContain("a file is the command's");
  });

  test("the null device and a closed one are none", async () => {
    expect(text(await played(["run", "cat"]))).toBe("no standard input");
    const closed = follow([
      "bash",
      "-c",
      'exec "$@" <&-',
      "bash",
      ...winvmCommand("played", ["run", "cat"]),
    ]);
    expect(text(await closed.finished)).toBe("no standard input");
  });

  test("one that nobody ends does not hold the process", async () => {
    for (const part of ["ignoreInput", "both"]) {
      const { status } = await start("played", ["run", part], { stdin: "pipe" }).finished;
      expect(status).toBe(0);
    }
  });

  test("--script - is the script, and no input is left for it", async () => {
    const running = start("played", ["run", "--shell", "cmd", "--script", "-", "--", "a"], {
      stdin: "pipe",
    });
    running.child.stdin?.end("echo %1\r\n");
    const request = JSON.parse(text(await running.finished)) as Record<string, unknown>;
    expect(request).toMatchObject({
      stdin: false,
      job: { command: { kind: "script", shell: "cmd", args: ["a"] } },
    });
    const { command } = request["job"] as { command: { text: { data: number[] } } };
    expect(Buffer.from(command.text.data).toString()).toBe("echo %1\r\n");
  });
});

describe("standard output that fails", { tags: ["host"] }, () => {
  test("a reader that leaves ends the command quietly, as SIGPIPE would", async () => {
    const piped = follow([
      "bash",
      "-c",
      '"$@" | head -c 4; exit ${PIPESTATUS[0]}',
      "bash",
      ...winvmCommand("played", ["run", "yes"]),
    ]);
    expect(await piped.finished).toEqual({
      status: 141,
      stdout: Buffer.from("y\ny\n"),
      stderr: "",
    });
  });

  test("a full disk is an error", async () => {
    await using full = await open("/dev/full", "w");
    const { status, stderr } = await played(["run", "yes"], { stdout: full.fd });
    expect(status).toBe(125);
    expect(stderr).toContain("write to standard output: ENOSPC");
    expect(stderr).toContain("code: CLI_OUTPUT_FAILED");
  });
});

import { once } from "node:events";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { findProgram, poll, runProgram, startProcess, writeFileAtomically } from "../src/index.ts";
import { parseStartTime } from "../src/process/identity.ts";

describe("startProcess", { tags: ["host"] }, () => {
  test("a process ends with its scope, and says how", async () => {
    const process = await startProcess({ name: "sleeper", file: "sleep", args: ["1000"] });
    const report = await process.stop();
    expect(report.step).toBe("SIGTERM");
    expect(report.exit).toEqual({ code: null, signal: "SIGTERM" });
    expect(await process.stop()).toBe(report);
  });

  test("the ladder goes on where a rung fails or does not help", async () => {
    const process = await startProcess({
      name: "stubborn",
      file: "sh",
      args: ["-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"],
    });
    await once(process.stdout, "data");
    const report = await process.stop([
      { name: "ask", attempt: () => Promise.reject(new Error("no answer")), graceMs: 1000 },
      { name: "wait", attempt: () => {}, graceMs: 1 },
    ]);
    expect(report.step).toBe("SIGKILL");
    expect(report.attempts.map(({ name }) => name)).toEqual(["ask", "wait", "SIGTERM", "SIGKILL"]);
    expect(report.attempts[0]?.error).toBe("no answer");
  });

  test("a wait on a process ends when it ends, with its last words", async () => {
    const process = await startProcess({
      name: "failing",
      file: "sh",
      args: ["-c", "echo no disk >&2; exit 3"],
    });
    await expect(
      process.whileAlive("wait for the guest", () => new Promise(() => {})),
    ).rejects.toMatchObject({
      code: "RUNTIME_PROCESS_EXITED",
      message: expect.stringContaining("no disk"),
      data: { exit: { code: 3, signal: null } },
    });
    expect((await process.stop()).step).toBe("already exited");
  });

  test("inherited sockets carry both ways, inherited descriptors arrive after them", async () => {
    const file = join(temporaryDirectory(), "in");
    writeFileSync(file, "from a file\n");
    await using process = await startProcess({
      name: "echo",
      file: "bash",
      args: ["-c", 'read -r line <&3; echo "got $line" >&3; cat <&4'],
      channels: 1,
      inheritFds: [openSync(file, "r")],
    });
    process.channels[0]?.write("hello\n");
    const [answer] = await once(process.channels[0] as NodeJS.EventEmitter, "data");
    expect(String(answer)).toBe("got hello\n");
    await process.exited;
    await poll("output", async () => (process.recentOutput() === "" ? undefined : true), {
      intervalMs: 5,
      timeoutMs: 2000,
    });
    expect(process.recentOutput()).toBe("from a file\n");
  });

  test("a missing program is told with what to do", async () => {
    await expect(
      startProcess({ name: "x", file: "no-such-program-here", missingHint: "apt install it" }),
    ).rejects.toMatchObject({ code: "RUNTIME_PROGRAM_NOT_FOUND", hint: "apt install it" });
  });
});

describe("runProgram", { tags: ["host"] }, () => {
  test("gives both streams, byte for byte", async () => {
    const { stdoutBytes, stderr } = await runProgram("sh", [
      "-c",
      "printf '\\377\\0\\n'; echo e >&2",
    ]);
    expect([...stdoutBytes]).toEqual([255, 0, 10]);
    expect(stderr).toBe("e\n");
  });

  test("fails with code and last words, at the limit, on cancel", async () => {
    await expect(runProgram("sh", ["-c", "echo bad >&2; exit 4"])).rejects.toMatchObject({
      code: "RUNTIME_PROGRAM_FAILED",
      data: { exitCode: 4, stderr: "bad\n" },
    });
    await expect(runProgram("sleep", ["100"], { timeoutMs: 20 })).rejects.toMatchObject({
      code: "RUNTIME_TIMEOUT",
    });
    await expect(
      runProgram("sleep", ["100"], { signal: AbortSignal.timeout(20) }),
    ).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
  });

  test("a command line that is too long for the kernel is told as what it is", async () => {
    const args = ["x".repeat(1 << 18)];
    const error = { code: "RUNTIME_SPAWN_FAILED", message: expect.stringContaining("E2BIG") };
    await expect(startProcess({ name: "long", file: "true", args })).rejects.toMatchObject(error);
    await expect(runProgram("true", args)).rejects.toMatchObject(error);
  });

  test("a script whose interpreter is missing is told as what can't be started", async () => {
    const file = join(temporaryDirectory(), "script");
    writeFileSync(file, "#!/no/such/interpreter\n", { mode: 0o755 });
    await expect(runProgram(file, [])).rejects.toMatchObject({ code: "RUNTIME_SPAWN_FAILED" });
  });

  test.each([
    ["runs still", "sleep 100", 300],
    ["has ended by itself", "exit 0", 1000],
  ])(
    "is not held up by one that left for another session when the program %s",
    async (_when, last, timeoutMs) => {
      const file = join(temporaryDirectory(), "pid");
      const script = `(setsid sleep 60 & echo $! >${file}); ${last}`;
      const started = performance.now();
      await expect(runProgram("sh", ["-c", script], { timeoutMs })).rejects.toMatchObject({
        code: "RUNTIME_TIMEOUT",
      });
      expect(performance.now() - started).toBeLessThan(20_000);
      process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
    },
  );
});

test("findProgram finds daemons that are not on a user's PATH", async () => {
  expect(await findProgram("sh")).toMatch(/\/sh$/);
  expect(await findProgram("no-such-program-here")).toBeUndefined();
});

test("the start time is found behind any process name", () => {
  const fields = Array.from({ length: 30 }, (_, index) => String(index + 3)).join(" ");
  expect(parseStartTime(`77 (a) b (c) ${fields}`)).toBe("22");
});

test("a file is written whole or not at all", async () => {
  const file = join(temporaryDirectory(), "file");
  await writeFileAtomically(file, "one");
  await writeFileAtomically(file, "two", { mode: 0o600, durable: true });
  expect(readFileSync(file, "utf8")).toBe("two");
  await expect(writeFileAtomically(join(file, "below"), "x")).rejects.toThrow(/ENOTDIR/);
});

import { poll } from "@winvm/runtime";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { jsonLines, start } from "../fixtures/winvm.ts";

describe("signals", { tags: ["host"] }, () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s cancels and exits with %d", async (signal, status) => {
    const running = start("played", ["run", "--verbose", "hang"]);
    await running.saw("revived");
    running.child.kill(signal);
    const finished = await running.finished;
    expect(finished.status).toBe(status);
    expect(finished.stderr).toContain("winvm: run: it was cancelled");
  });

  test("a pipeline that throws when it is cancelled is a cancelled run too", async () => {
    const running = start("played", ["run", "--verbose", "abortError"]);
    await running.saw("revived");
    running.child.kill("SIGINT");
    expect((await running.finished).status).toBe(130);
  });

  test("the second one exits at once", async () => {
    const running = start("played", ["run", "--verbose", "stubborn"]);
    await running.saw("revived");
    running.child.kill("SIGINT");
    await running.saw("the first signal came");
    running.child.kill("SIGINT");
    expect((await running.finished).status).toBe(130);
  });

  test("with --json the outcome is cancelled", async () => {
    const running = start("played", ["run", "--json", "hang"]);
    await running.saw("job:start");
    running.child.kill("SIGINT");
    const finished = await running.finished;
    expect(finished.status).toBe(130);
    expect(jsonLines(finished.stdout).at(-1)).toEqual({
      type: "outcome",
      kind: "cancelled",
      runId: "r1",
    });
  });

  test("cancel while the script is awaited on standard input", async () => {
    const running = start("real", ["run", "--script", "-"], { stdin: "pipe" });
    const pid = running.child.pid ?? 0;
    await poll("watch signals", async () => (await catchesHangup(pid)) || undefined, {
      intervalMs: 10,
      timeoutMs: 30_000,
    });
    running.child.kill("SIGINT");
    const finished = await running.finished;
    expect(finished.status).toBe(130);
    expect(finished.stderr).toContain("it was cancelled");
  });
});

/** Whether a process has a handler for SIGHUP, signal 1 (proc_pid_status(5)): Node by itself has none. */
async function catchesHangup(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const [, mask = "0"] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  return (BigInt(`0x${mask}`) & 1n) === 1n;
}

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  abortable,
  formatMs,
  poll,
  runProgram,
  RuntimeError,
  startProcess,
  withDeadline,
} from "../src/index.ts";
import { startTimer } from "../src/waits/timer.ts";

describe("withDeadline", () => {
  test("gives what the work gives", async () => {
    await expect(withDeadline("add", async () => 2)).resolves.toBe(2);
  });

  test("ends at the time limit and tells the work", async () => {
    let told: unknown;
    const waiting = withDeadline(
      "wait for ever",
      (signal) =>
        new Promise(() => {
          signal.addEventListener("abort", () => (told = signal.reason));
        }),
      { timeoutMs: 10 },
    );
    await expect(waiting).rejects.toMatchObject({
      code: "RUNTIME_TIMEOUT",
      message: "wait for ever: it did not happen within 10 ms",
      data: { timeoutMs: 10 },
    });
    expect(told).toBeInstanceOf(RuntimeError);
  });

  test("ends when the caller cancels, also before the start", async () => {
    const controller = new AbortController();
    const waiting = withDeadline("wait", () => new Promise(() => {}), {
      signal: controller.signal,
    });
    controller.abort(new Error("no longer wanted"));
    await expect(waiting).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    let ran = false;
    const late = withDeadline("wait", async () => void (ran = true), { signal: controller.signal });
    await expect(late).rejects.toMatchObject({ code: "RUNTIME_ABORTED" });
    expect(ran).toBe(false);
  });

  test("a work that fails after the end disturbs nobody", async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    await expect(withDeadline("wait", () => promise, { timeoutMs: 1 })).rejects.toThrow(/within/);
    reject(new Error("late"));
    await new Promise((resolve) => setImmediate(resolve));
  });
});

test("what is abortable gives its value, or nothing once the signal is aborted", async () => {
  const { signal } = new AbortController();
  await expect(abortable(Promise.resolve(2), signal)).resolves.toBe(2);
  await expect(abortable(2, undefined)).resolves.toBe(2);
  await expect(abortable(Promise.reject(new Error("broke")), signal)).rejects.toThrow("broke");
  const never = new Promise(() => {});
  await expect(abortable(never, AbortSignal.abort())).resolves.toBeUndefined();
  await expect(abortable(never, AbortSignal.timeout(5))).resolves.toBeUndefined();
});

test("poll asks until there is an answer, and hands on a failure", async () => {
  await expect(
    poll("count", async (n) => (n < 3 ? undefined : n), { intervalMs: 1 }),
  ).resolves.toBe(3);
  await expect(
    poll("fail", () => Promise.reject(new Error("probe broke")), { intervalMs: 1 }),
  ).rejects.toThrow("probe broke");
  await expect(
    poll("never", async () => undefined, { intervalMs: 1, timeoutMs: 20 }),
  ).rejects.toMatchObject({ code: "RUNTIME_TIMEOUT" });
});

test.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [1500, "1.5 s"],
  [60_000, "60 s"],
])("formatMs(%d) is %s", (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

test.each([2 ** 31, 2 ** 40, Infinity])(
  "a limit of %d ms is no limit of one",
  { tags: ["host"] },
  async (timeoutMs) => {
    expect(await withDeadline("wait", () => sleep(30, "done"), { timeoutMs })).toBe("done");
    const { stdout } = await runProgram("sh", ["-c", "sleep 0.1; echo done"], { timeoutMs });
    expect(stdout).toBe("done\n");
    const child = await startProcess({ name: "sleeper", file: "sleep", args: ["0.3"] });
    const waiting = { name: "wait", attempt: () => {}, graceMs: timeoutMs };
    expect((await child.stop([waiting])).step).toBe("wait");
  },
);

test("a limit that is longer than a timer can be is kept", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let over = false;
  startTimer(2 ** 32, () => (over = true));
  vi.advanceTimersByTime(2 ** 32 - 1);
  expect(over).toBe(false);
  vi.advanceTimersByTime(1);
  expect(over).toBe(true);
});

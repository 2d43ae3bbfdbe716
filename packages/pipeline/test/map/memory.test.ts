import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupDirectories, groupMemory } from "../../src/host/control-groups.ts";
import { heldBytes, kilobytesOf, readMemory } from "../../src/host/memory.ts";
import { expectedBytes, isEnough, usualJobs } from "../../src/map/memory.ts";
import { lackedMemory, verdictOf } from "../../src/map/verdict.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const clone = expectedBytes(2 * GiB);

describe("memory", () => {
  test("what a clone is expected to need", () => {
    expect(clone / MiB).toBe(96 + 512);
  });

  test.each([
    [{ availableBytes: 24 * GiB, totalBytes: 24 * GiB }, 8, 8],
    [{ availableBytes: 4 * GiB, totalBytes: 8 * GiB }, 8, 6],
    [{ availableBytes: 1 * GiB, totalBytes: 8 * GiB }, 8, 1],
    [{ availableBytes: 0, totalBytes: GiB }, 8, 1],
    [{ availableBytes: 24 * GiB, totalBytes: 24 * GiB }, 1, 1],
  ])("jobs for %j and %i cores", (facts, cores, jobs) => {
    expect(usualJobs(facts, cores, clone)).toBe(jobs);
  });

  test("what young clones have not used yet is kept for them", () => {
    const facts = { availableBytes: 2 * GiB, totalBytes: 4 * GiB };
    expect(isEnough(facts, clone, [])).toBe(true);
    expect(isEnough(facts, clone, [clone, clone])).toBe(true);
    expect(isEnough(facts, clone, [0, 0])).toBe(false);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 * GiB })),
        fc.nat(8 * GiB - 1),
        (held, free) => {
          const some = { availableBytes: free, totalBytes: 8 * GiB };
          // More memory or a clone less never makes it too little.
          if (!isEnough(some, clone, held)) return;
          expect(isEnough({ ...some, availableBytes: free + MiB }, clone, held)).toBe(true);
          expect(isEnough(some, clone, held.slice(1))).toBe(true);
        },
      ),
    );
  });

  test("the limit of a control group counts what its files' pages hold as free", () => {
    const stat = "anon 5\ninactive_file 300\nactive_file 200\n";
    const of = (limits: readonly string[], usage: string, text = stat) =>
      groupMemory({ limits, usage, stat: text });
    expect(of(["1000\n"], "900\n")).toEqual({ availableBytes: 600, totalBytes: 1000 });
    expect(of(["max\n"], "900\n")).toBeUndefined();
    expect(of([], "900\n")).toBeUndefined();
    expect(of(["1000\n"], "1900\n", "")).toEqual({ availableBytes: 0, totalBytes: 1000 });
    // Above memory.high all is slowed down.
    expect(of(["max\n", "800\n"], "100\n", "")).toEqual({ availableBytes: 700, totalBytes: 800 });
    // Version 1: the number that means none, and what the groups below hold, too.
    expect(of(["9223372036854771712\n"], "900\n")).toBeUndefined();
    expect(
      of(["1000\n"], "900\n", `${stat}total_inactive_file 400\ntotal_active_file 200\n`),
    ).toEqual({
      availableBytes: 700,
      totalBytes: 1000,
    });
  });

  test("the groups of a process, with all above them, of both versions", () => {
    const text = "5:devices:/\n4:cpu,memory:/a/b\n1:name=systemd:/c\n0::/d.slice\n";
    expect(groupDirectories(text).map(({ directory }) => directory)).toEqual([
      "/sys/fs/cgroup/memory/a/b",
      "/sys/fs/cgroup/memory/a",
      "/sys/fs/cgroup/memory",
      "/sys/fs/cgroup/d.slice",
      "/sys/fs/cgroup",
    ]);
    expect(groupDirectories("")).toEqual([]);
  });

  test("this host's", async () => {
    const { availableBytes, totalBytes } = await readMemory();
    expect(availableBytes).toBeGreaterThan(0);
    expect(totalBytes).toBeGreaterThanOrEqual(availableBytes);
    expect(await heldBytes([process.pid])).toBeGreaterThan(MiB);
    expect(await heldBytes([])).toBe(0);
    expect(kilobytesOf("MemTotal:  12 kB\nMemFree: 7 kB\n", "MemFree")).toBe(7 * 1024);
  });
});

const error = (happened: string, cause?: string) => ({
  name: "Error",
  code: "X",
  message: happened,
  asked: "",
  happened,
  ...(cause === undefined ? {} : { cause }),
});

describe("what an outcome means for the list", () => {
  test("a command's failure is no machine's", () => {
    expect(verdictOf({ kind: "exited", exitCode: 0 })).toBe("ok");
    expect(verdictOf({ kind: "exited", exitCode: 3000 })).toBe("failed");
    expect(verdictOf({ kind: "connectionLost", error: error("no record") })).toBe("machineFailed");
    // The command has ended: it must not be run again for what it has left.
    const unread = { ...error("it is no file"), code: "XCHG_STATUS_INVALID" };
    expect(verdictOf({ kind: "connectionLost", error: unread })).toBe("failed");
    expect(verdictOf({ kind: "timedOut", timeoutMs: 1 })).toBe("failed");
    expect(verdictOf({ kind: "refused" })).toBe("failed");
    expect(verdictOf({ kind: "cancelled" })).toBe("cancelled");
    expect(verdictOf({ kind: "guestCrashed", error: error("a panic") })).toBe("machineFailed");
  });

  test.each([
    { kind: "guestCrashed", error: error('ended: {"code":null,"signal":"SIGKILL"}') },
    {
      kind: "connectionLost",
      error: error("the connection was closed"),
      killed: ["winvm-controller"],
    },
    { kind: "reviveFailed", error: error("QEMU ended with SIGKILL") },
    {
      kind: "reviveFailed",
      error: error("cannot set up guest memory 'ram0': Cannot allocate memory"),
    },
    { kind: "reviveFailed", error: error("QEMU could not be started", "spawn ENOMEM") },
  ] as const)("memory was short: %j", (outcome) => {
    expect(lackedMemory(outcome)).toBe(true);
    expect(verdictOf(outcome)).toBe("memoryFailed");
  });
});

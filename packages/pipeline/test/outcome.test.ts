import { expect, test } from "vitest";
import { exitStatus, PipelineError, type Outcome } from "../src/index.ts";
import { clockFault } from "../src/clone/clock.ts";
import { machineEnded } from "../src/job/machine-ended.ts";
import { outcomeOfFailure } from "../src/job/outcome-of-failure.ts";
import { fromJobOutcome } from "../src/job/run-job.ts";

test.each<[Outcome, number]>([
  [{ kind: "exited", exitCode: 0 }, 0],
  [{ kind: "exited", exitCode: 7 }, 7],
  [{ kind: "exited", exitCode: 3000 }, 3000 & 255],
  // Eight bits of it are 0, and a failure must not look like success.
  [{ kind: "exited", exitCode: 256 }, 255],
  [{ kind: "exited", exitCode: 0xffff_ffff }, 255],
  [{ kind: "signalled", signal: 9, exitCode: 137 }, 137],
  [{ kind: "notFound", program: "x", exitCode: 127 }, 127],
  [{ kind: "notExecutable", program: "x", exitCode: 126 }, 126],
  [{ kind: "timedOut", timeoutMs: 1 }, 124],
  [{ kind: "cancelled" }, 130],
  [{ kind: "guestCrashed" }, 125],
  [{ kind: "connectionLost" }, 125],
  [{ kind: "jobInvalid", reason: "x" }, 125],
  [{ kind: "reviveFailed" }, 125],
  [{ kind: "suspendFailed" }, 125],
  [{ kind: "installFailed" }, 125],
  [{ kind: "refused" }, 125],
])("the exit status of %j is %d", (outcome, status) => {
  expect(exitStatus(outcome)).toBe(status);
});

test.each([
  [1_700_000_000, undefined],
  [1_700_003_600, undefined],
  [1_699_999_999, "2023-11-14T22:13:19.000Z"],
  [1_763_000_000, "2025-11-13T02:13:20.000Z"],
])("a clock that shows %d after a freeze at 1700000000", (epoch, told) => {
  const fault = clockFault(epoch, 1_700_000_000);
  expect(fault?.code).toBe(told === undefined ? undefined : "PIPELINE_REVIVE_FAILED");
  expect(fault?.message.includes(told ?? "")).toBe(told === undefined ? undefined : true);
});

test.each([
  ["PIPELINE_SETUP_FAILED", "installFailed"],
  ["QEMU_START_FAILED", "installFailed"],
  ["PIPELINE_SUSPEND_FAILED", "suspendFailed"],
  ["PIPELINE_STORE_FULL", "refused"],
])("a stage that ends with %s", (code, kind) => {
  const error = new PipelineError({
    code: code as "PIPELINE_SETUP_FAILED",
    asked: "a",
    happened: "h",
  });
  expect(outcomeOfFailure(error, undefined)).toMatchObject({ kind });
});

test("the guest's record decides, not the session's code", () => {
  expect(fromJobOutcome({ kind: "exited", exitCode: 3000 }, { code: 184 })).toEqual({
    kind: "exited",
    exitCode: 3000,
  });
  expect(fromJobOutcome({ kind: "signalled", signal: 15 }, { code: 143 })).toEqual({
    kind: "signalled",
    signal: 15,
    exitCode: 143,
  });
});

test.each([{ code: 0 }, { code: 255 }, { code: null, signal: "KILL" }])(
  "a session that ended with %j and left no record is a lost connection",
  (session) => {
    expect(fromJobOutcome(undefined, session)).toMatchObject({ kind: "connectionLost" });
  },
);

test.each([
  [
    { exit: { code: null, signal: "SIGKILL" }, recentOutput: "" },
    "QEMU ended with SIGKILL",
    "memory",
  ],
  [
    { exit: { code: 1, signal: null }, recentOutput: "no\n" },
    "QEMU ended with code 1: no",
    "evidence",
  ],
  [
    {
      exit: { code: 0, signal: null },
      shutdown: { guest: true, reason: "guest-shutdown" },
      recentOutput: "",
    },
    "it was shut down (guest-shutdown)",
    "evidence",
  ],
  [
    { exit: { code: 0, signal: null }, panicked: true, recentOutput: "" },
    "its kernel panicked",
    "evidence",
  ],
] as const)("a machine that ended under a job: %j", (end, how, hint) => {
  expect(machineEnded("winvm-reference", end)).toMatchObject({
    happened: `the machine winvm-reference ended: ${how}`,
    hint: expect.stringContaining(hint),
  });
});

import type { Outcome } from "@winvm/pipeline";
import { RuntimeError } from "@winvm/runtime";
import { describe, expect, test } from "vitest";
import { errorFailure, formatFailure, outcomeFailure } from "../../src/render/failure.ts";
import { plain } from "../../src/render/paint.ts";

const error = {
  name: "E",
  code: "QEMU_X",
  message: "m",
  asked: "start QEMU",
  happened: "it exited",
  hint: "see its log",
};

function told(outcome: Outcome): string {
  const failure = outcomeFailure(outcome);
  return failure === undefined ? "" : formatFailure(failure, plain);
}

test("a failure is told with hint, evidence and code", () => {
  expect(told({ kind: "guestCrashed", error, bundle: "/store/failures/r1" })).toBe(
    "winvm: start QEMU: it exited\nhint: see its log\nevidence: /store/failures/r1\ncode: QEMU_X\n",
  );
});

test("so is an error, whose evidence is among its facts", () => {
  const failed = new RuntimeError({
    code: "RUNTIME_PROCESS_EXITED",
    asked: "rehearse Windows 7",
    happened: "it ended",
    data: { bundle: "/store/failures/r2" },
  });
  expect(formatFailure(errorFailure(failed), plain)).toBe(
    "winvm: rehearse Windows 7: it ended\nevidence: /store/failures/r2\ncode: RUNTIME_PROCESS_EXITED\n",
  );
});

describe("each way that a run can end has its words", () => {
  test.each<[Outcome, string]>([
    [{ kind: "exited", exitCode: 3 }, ""],
    [
      { kind: "signalled", signal: 11, exitCode: 139 },
      "winvm: run: the command was ended by signal 11\n",
    ],
    [{ kind: "timedOut", timeoutMs: 5000 }, "took longer than 5 s and was ended\nhint: --timeout"],
    [{ kind: "cancelled" }, "it was cancelled"],
    [{ kind: "notFound", program: "a b", exitCode: 127 }, 'there is no program "a b" in the guest'],
    [{ kind: "notExecutable", program: "x", exitCode: 126 }, "can't be executed"],
    [{ kind: "jobInvalid", reason: "no directory /x" }, "winvm: run: no directory /x\n"],
    [{ kind: "connectionLost" }, "it is not known how the command ended"],
    [{ kind: "reviveFailed" }, "winvm: revive the guest: it did not come to life\n"],
    [{ kind: "suspendFailed" }, "could not be frozen"],
    [{ kind: "installFailed", bundle: "/b" }, "the installation failed\nevidence: /b\n"],
    [{ kind: "refused", error }, "winvm: start QEMU: it exited\n"],
  ])("%j", (outcome, text) => {
    expect(told(outcome)).toContain(text);
  });
});

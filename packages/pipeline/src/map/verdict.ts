import type { Outcome } from "../events/outcome.ts";
import type { Verdict } from "./schedule.ts";

/** What an outcome means for the rest of the list. */
export function verdictOf(outcome: Outcome): Verdict {
  switch (outcome.kind) {
    case "exited":
      return outcome.exitCode === 0 ? "ok" : "failed";
    case "signalled":
    case "notFound":
    case "notExecutable":
    case "timedOut":
    case "jobInvalid":
    case "suspendFailed":
    case "installFailed":
    case "refused":
      return "failed";
    case "cancelled":
      return "cancelled";
    case "guestCrashed":
    case "connectionLost":
    case "reviveFailed":
      // The command has ended; only what tells of its end can't be read.
      if (outcome.error?.code === "XCHG_STATUS_INVALID") return "failed";
      return lackedMemory(outcome) ? "memoryFailed" : "machineFailed";
  }
}

/** How the kernel and QEMU tell that there was no memory; SIGKILL of others is taken for the kernel's. */
const noMemory = /\bSIGKILL\b|Cannot allocate memory|\bENOMEM\b|out of memory/i;

/** Whether a machine failed because memory was short. */
export function lackedMemory(outcome: Outcome): boolean {
  if (!("error" in outcome) || outcome.error === undefined) return false;
  if ("killed" in outcome && outcome.killed !== undefined) return true;
  const { happened, cause = "", message } = outcome.error;
  return noMemory.test(`${happened}\n${message}\n${cause}`);
}

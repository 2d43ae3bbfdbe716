import type { Outcome } from "@winvm/pipeline";
import type { WinvmError, WinvmErrorJson } from "@winvm/runtime";
import { formatMs } from "@winvm/runtime";
import type { Paint } from "./paint.ts";

/** What the user is told about something that did not work. */
export interface Failure {
  readonly asked: string;
  readonly happened: string;
  readonly hint?: string | undefined;
  readonly code?: string | undefined;
  /** The directory with what is left to look at. */
  readonly bundle?: string | undefined;
}

/** What there is to say about an error; its `data.bundle` is the evidence. */
export function errorFailure({ asked, happened, hint, code, data }: WinvmError): Failure {
  const bundle = data["bundle"];
  return { asked, happened, hint, code, bundle: typeof bundle === "string" ? bundle : undefined };
}

/** `winvm: <asked>: <happened>`, then a line each for the hint, the evidence and the code. */
export function formatFailure(failure: Failure, paint: Paint): string {
  const lines = [`${paint("error", "winvm:")} ${failure.asked}: ${failure.happened}`];
  if (failure.hint !== undefined) lines.push(`${paint("strong", "hint:")} ${failure.hint}`);
  if (failure.bundle !== undefined) lines.push(`${paint("strong", "evidence:")} ${failure.bundle}`);
  if (failure.code !== undefined) lines.push(paint("dim", `code: ${failure.code}`));
  return `${lines.join("\n")}\n`;
}

/** What there is to say about how a run ended; nothing when the command ended by itself. */
export function outcomeFailure(outcome: Outcome): Failure | undefined {
  switch (outcome.kind) {
    case "exited":
      return undefined;
    case "signalled":
      return { asked: "run", happened: `the command was ended by signal ${outcome.signal}` };
    case "notFound":
      return {
        asked: "run",
        happened: `there is no program ${JSON.stringify(outcome.program)} in the guest`,
        hint: "give a path of the guest, or a name that is on its PATH",
      };
    case "notExecutable":
      return {
        asked: "run",
        happened: `${JSON.stringify(outcome.program)} can't be executed in the guest`,
      };
    case "timedOut":
      return {
        asked: "run",
        happened: `the command took longer than ${formatMs(outcome.timeoutMs)} and was ended`,
        hint: "--timeout sets the limit",
      };
    case "cancelled":
      return { asked: "run", happened: "it was cancelled" };
    case "jobInvalid":
      return { asked: "run", happened: outcome.reason };
    case "guestCrashed":
      return machineFailure("run", "the guest died under the command", outcome);
    case "connectionLost":
      return machineFailure(
        "run",
        "the connection broke, so it is not known how the command ended",
        outcome,
      );
    case "reviveFailed":
      return machineFailure("revive the guest", "it did not come to life", outcome);
    case "suspendFailed":
      return machineFailure("suspend the guest", "it could not be frozen", outcome);
    case "installFailed":
      return machineFailure("install the guest", "the installation failed", outcome);
    case "refused":
      return machineFailure("run", "the request was refused", outcome);
  }
}

function machineFailure(
  asked: string,
  happened: string,
  { error, bundle }: { readonly error?: WinvmErrorJson; readonly bundle?: string },
): Failure {
  return error === undefined
    ? { asked, happened, bundle }
    : { asked: error.asked, happened: error.happened, hint: error.hint, code: error.code, bundle };
}

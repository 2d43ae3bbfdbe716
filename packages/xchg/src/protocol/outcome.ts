import { XchgError } from "../errors.ts";
import { parseStatus, type Status } from "./status.ts";

/** How a job ended, in the guest's own words. */
export type JobOutcome =
  /** The command ended by itself. `exitCode` is all of it: 0 to 255 of a POSIX program, 0 to 2³²−1 of a Windows one. */
  | { readonly kind: "exited"; readonly exitCode: number }
  /** A signal ended the command; its number in the guest's system. */
  | { readonly kind: "signalled"; readonly signal: number }
  | { readonly kind: "notFound"; readonly program: string }
  /** It is there but can't be run; `windowsError` is Windows' reason (GetLastError), where Windows was asked. */
  | {
      readonly kind: "notExecutable";
      readonly program: string;
      readonly windowsError?: number;
    }
  /** The runner could not do what the job says: it was not run. */
  | { readonly kind: "jobInvalid"; readonly reason: string };

/** ERROR_FILE_NOT_FOUND and ERROR_PATH_NOT_FOUND of winerror.h. */
const windowsNotFound = new Set([2, 3]);

/**
 * Reads `status/outcome`. Strict: whatever is not exactly an outcome of this job is an error, never a success.
 *
 * @param program what the job asked to run, for the outcomes that name it
 * @throws XchgError `XCHG_STATUS_INVALID`
 */
export function parseOutcome(text: string, nonce: string, program: string): JobOutcome {
  const status = parseStatus(text, nonce);
  if (typeof status === "string") throw invalid(`the record is ${status}`, text);
  if (status.get("nonce") !== nonce) throw invalid("the record is of another job", text);
  const exitCode = number(status, "exitCode", 0xffff_ffff, text);
  number(status, "epoch", Number.MAX_SAFE_INTEGER, text);
  const kind = status.get("kind") ?? "";
  const known = new Set(["nonce", "kind", "exitCode", "epoch"]);
  const only = (...more: readonly string[]): void => {
    const odd = [...status.keys()].filter((key) => !known.has(key) && !more.includes(key));
    if (odd.length > 0) throw invalid(`the record has unknown keys: ${odd.join(", ")}`, text);
  };
  switch (kind) {
    case "exited":
      only();
      return { kind, exitCode };
    case "signalled":
      only("signal");
      return { kind, signal: number(status, "signal", 127, text) };
    case "notFound":
      only();
      return { kind, program };
    case "notExecutable": {
      only("windowsError");
      if (!status.has("windowsError")) return { kind, program };
      const windowsError = number(status, "windowsError", 0xffff_ffff, text);
      return windowsNotFound.has(windowsError)
        ? { kind: "notFound", program }
        : { kind, program, windowsError };
    }
    case "jobInvalid":
      only("reason");
      return { kind, reason: status.get("reason") ?? "the runner gave no reason" };
    default:
      throw invalid(`the record has an unknown kind, ${JSON.stringify(kind)}`, text);
  }
}

function number(status: Status, key: string, largest: number, text: string): number {
  const digits = status.get(key) ?? "";
  const value = Number(digits);
  if (!/^\d{1,16}$/.test(digits) || value > largest) {
    throw invalid(`the record's ${key} is ${JSON.stringify(digits)}`, text);
  }
  return value;
}

function invalid(happened: string, text: string): XchgError {
  return new XchgError({
    code: "XCHG_STATUS_INVALID",
    asked: "read how the job ended",
    happened,
    hint: "the guest may have been cut off while it wrote; see log/runner.log",
    data: { text: text.slice(0, 2000) },
  });
}

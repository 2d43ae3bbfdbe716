import type { WinvmErrorJson } from "@winvm/runtime";

/** What is left to look at when a machine failed. */
export interface Evidence {
  /** The error that ended the wait, with its code and hint. */
  readonly error?: WinvmErrorJson;
  /** A directory with the serial logs, screens and command lines of the failed machines. */
  readonly bundle?: string;
  /** Names of the machines that somebody else ended with SIGKILL; the kernel does so when memory runs out. */
  readonly killed?: readonly string[];
}

/**
 * How a run ended. Closed: whoever switches over `kind` is told by the compiler when a way is added. A missing exit
 * code is never taken for 0.
 */
export type Outcome =
  /** The command ran and ended by itself. */
  | {
      readonly kind: "exited";
      /** The program's own code: 0 to 255 for a POSIX program, 32 bits unsigned for a Windows program. */
      readonly exitCode: number;
    }
  /** The command was ended by a signal within the guest. */
  | { readonly kind: "signalled"; readonly signal: number; readonly exitCode: number }
  /** No such program in the guest. */
  | { readonly kind: "notFound"; readonly program: string; readonly exitCode: 127 }
  /** The program is there but can't be executed. */
  | { readonly kind: "notExecutable"; readonly program: string; readonly exitCode: 126 }
  /** The time limit of the job was reached; its clone is gone. */
  | { readonly kind: "timedOut"; readonly timeoutMs: number }
  /** The caller cancelled; the clone is gone. */
  | { readonly kind: "cancelled" }
  /** The guest or its QEMU died under the job. */
  | ({ readonly kind: "guestCrashed" } & Evidence)
  /** The job's connection broke, so nobody knows how the command ended. */
  | ({ readonly kind: "connectionLost" } & Evidence)
  /** The job's description could not be carried out in the guest: a working directory that does not exist, say. */
  | { readonly kind: "jobInvalid"; readonly reason: string }
  /** The clone did not come to life; the command never started. */
  | ({ readonly kind: "reviveFailed" } & Evidence)
  /** Freezing the pair failed; there is no state. */
  | ({ readonly kind: "suspendFailed" } & Evidence)
  /** The installation failed; there is no image. */
  | ({ readonly kind: "installFailed" } & Evidence)
  /** The request could not be carried out, for a reason that no machine has a part in. */
  | ({ readonly kind: "refused" } & Evidence);

/** The exit status that the command line gives for an outcome. */
export function exitStatus(outcome: Outcome): number {
  switch (outcome.kind) {
    case "exited":
      // As the kernel does with exit(2); a code that would turn into success stays a failure.
      return outcome.exitCode !== 0 && (outcome.exitCode & 255) === 0
        ? 255
        : outcome.exitCode & 255;
    case "signalled":
      return 128 + outcome.signal;
    case "notFound":
      return 127;
    case "notExecutable":
      return 126;
    case "timedOut":
      return 124;
    case "cancelled":
      return 130;
    case "guestCrashed":
    case "connectionLost":
    case "jobInvalid":
    case "reviveFailed":
    case "suspendFailed":
    case "installFailed":
    case "refused":
      return 125;
  }
}

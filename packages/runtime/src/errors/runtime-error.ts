import { WinvmError } from "./winvm-error.ts";

/** The codes of {@link RuntimeError}. */
export type RuntimeErrorCode =
  | "RUNTIME_TIMEOUT"
  | "RUNTIME_ABORTED"
  | "RUNTIME_PROGRAM_NOT_FOUND"
  | "RUNTIME_SPAWN_FAILED"
  | "RUNTIME_PROCESS_EXITED"
  | "RUNTIME_PROGRAM_FAILED";

/** What goes wrong with processes and waits. */
export class RuntimeError extends WinvmError<RuntimeErrorCode> {
  override readonly name = "RuntimeError";
}

import { WinvmError } from "@winvm/runtime";

/** The codes of {@link CliError}. */
export type CliErrorCode =
  | "CLI_USAGE"
  | "CLI_SCRIPT_UNREADABLE"
  | "CLI_TRACE_UNWRITABLE"
  | "CLI_LIST_UNREADABLE"
  | "CLI_NO_DIRECTORY"
  | "CLI_NO_TERMINAL"
  | "CLI_OUTPUT_FAILED"
  | "CLI_BACKGROUND_FAILED";

/** What goes wrong between the caller's terminal and the pipeline. */
export class CliError extends WinvmError<CliErrorCode> {
  override readonly name = "CliError";
}

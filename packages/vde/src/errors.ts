import { WinvmError } from "@winvm/runtime";

/** What went wrong, as a constant that callers may switch on; the README says what each asks for. */
export type VdeErrorCode =
  /** There is no `vde_switch` on this host. */
  | "VDE_SWITCH_NOT_FOUND"
  /** The options are wrong; `data.faults` lists all of them. */
  | "VDE_INVALID_OPTIONS"
  /** A socket of the switch would have a path that the kernel cuts off; `data.path`, `data.bytes`, `data.limit`. */
  | "VDE_PATH_TOO_LONG"
  /** The directory belongs to a living switch or holds something else; `data.directory`. */
  | "VDE_DIRECTORY_IN_USE"
  /** The switch ended, or was not ready in time; its last words are in the message. */
  | "VDE_START_FAILED"
  /** The text is not one console command; nothing was sent. `data.command`. */
  | "VDE_INVALID_COMMAND"
  /** The switch refused a command; `data.command`, `data.code`, `data.errno`, `data.text`, `data.lines`. */
  | "VDE_COMMAND_FAILED"
  /** The switch answered in a form that this version doesn't know; `data.line`. */
  | "VDE_UNKNOWN_REPLY"
  /** The switch is gone, so its console can't answer. */
  | "VDE_CONSOLE_CLOSED";

/** Every error that `@winvm/vde` raises by itself. */
export class VdeError extends WinvmError<VdeErrorCode> {
  override readonly name: string = "VdeError";
}

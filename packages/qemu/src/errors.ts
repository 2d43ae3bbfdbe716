import { WinvmError } from "@winvm/runtime";

/** What went wrong, as a constant that callers may switch on; the package's README says what each asks for. */
export type QemuErrorCode =
  // The QMP session (src/qmp).
  /** The peer said nothing that is a QMP greeting, within the limit or at all. */
  | "QEMU_QMP_NO_GREETING"
  /** QEMU answered a command with an error; `data.class`, `data.desc`, `data.command`. */
  | "QEMU_QMP_COMMAND_FAILED"
  /** The session ended; `data.command` or `data.event` says what was waited for. */
  | "QEMU_QMP_CLOSED"
  /** The peer broke the protocol: malformed JSON, an oversized line, an answer before any command. */
  | "QEMU_QMP_PROTOCOL"
  /** The wait for an answer or an event took longer than allowed. */
  | "QEMU_QMP_TIMEOUT"
  /** The caller's signal ended the wait for an answer or an event. */
  | "QEMU_QMP_ABORTED";

/** Every error that `@winvm/qemu` raises by itself. */
export class QemuError extends WinvmError<QemuErrorCode> {
  override readonly name: string = "QemuError";
}

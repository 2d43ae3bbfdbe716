import { WinvmError } from "@winvm/runtime";

/** What went wrong, as a constant that callers may switch on; the package's README says what each asks for. */
export type QemuErrorCode =
  // The QMP session (src/qmp).
  /** The peer did not greet as QMP does, within the limit or at all. */
  | "QEMU_QMP_NO_GREETING"
  /** QEMU answered a command with an error; `data.class`, `data.desc`, `data.command`. */
  | "QEMU_QMP_COMMAND_FAILED"
  /** The session has ended; `data.command` or `data.event` says what was waited for, `cause` why it ended. */
  | "QEMU_QMP_CLOSED"
  /** The peer broke the protocol: a line that is not a JSON object, or is too long. */
  | "QEMU_QMP_PROTOCOL"
  // The description of a machine (src/machine, src/features, src/firmware).
  /** The description has faults; `data.faults`. */
  | "QEMU_MACHINE_INVALID"
  /** This QEMU has no such machine type; `data.known`. */
  | "QEMU_MACHINE_TYPE_UNKNOWN"
  /** Files that the machine names are missing or of the wrong kind; `data.faults`. */
  | "QEMU_FILES_UNUSABLE"
  /** QEMU could not be asked what it can do. */
  | "QEMU_FEATURES_UNKNOWN"
  /** No firmware of that kind is installed. */
  | "QEMU_FIRMWARE_NOT_FOUND"
  /** The accelerator that was asked for does not work here. */
  | "QEMU_ACCELERATOR_UNAVAILABLE"
  // The running machine (src/running).
  /** The process ended or fell silent before it was ready. */
  | "QEMU_START_FAILED"
  /** The machine ended while something was asked of it; `data.shutdown`. */
  | "QEMU_MACHINE_ENDED"
  /** Something in the guest keeps it from being saved; `data.reasons`. */
  | "QEMU_SAVE_BLOCKED"
  /** The machine was not started in the way that a save needs, has been saved already, or the state's file can't be made. */
  | "QEMU_SAVE_NOT_POSSIBLE"
  /** The save broke off. */
  | "QEMU_SAVE_FAILED"
  /** The saved state could not be loaded. */
  | "QEMU_REVIVE_FAILED"
  /** The machine did not run after it was told to; `data.status`. */
  | "QEMU_RESUME_FAILED"
  /** There is no screen, or no picture could be taken. */
  | "QEMU_SCREENSHOT_FAILED"
  /** Names of keys that QEMU does not know; `data.faults`. */
  | "QEMU_KEYS_INVALID"
  // Disk images (src/disk).
  /** The image, or the directory it should be made in, does not exist. */
  | "QEMU_DISK_NOT_FOUND"
  /** There is a file of that name already. */
  | "QEMU_DISK_EXISTS"
  /** The file is not an image of that format, or is damaged. */
  | "QEMU_DISK_INVALID"
  /** The file system is full. */
  | "QEMU_DISK_FULL"
  /** Another process has the image open. */
  | "QEMU_DISK_BUSY"
  /** qemu-img failed for another reason. */
  | "QEMU_DISK_FAILED";

/** Every error that `@winvm/qemu` raises by itself. */
export class QemuError extends WinvmError<QemuErrorCode> {
  override readonly name: string = "QemuError";
}

import { formatFaults, WinvmError } from "@winvm/runtime";
import type { Fault } from "@winvm/runtime";

/** The codes of {@link UnattendError}. */
export type UnattendErrorCode =
  | "UNATTEND_GUEST_UNKNOWN"
  | "UNATTEND_OPTIONS_INVALID"
  | "UNATTEND_SIF_INVALID"
  | "UNATTEND_XML_INVALID"
  | "UNATTEND_MEDIA_INVALID"
  | "UNATTEND_MEDIA_WRITE_FAILED"
  | "UNATTEND_SETUP_INI_INVALID"
  | "UNATTEND_CYGWIN_UNREADABLE"
  | "UNATTEND_CYGWIN_UNRESOLVED"
  | "UNATTEND_CYGWIN_LOCK_INVALID"
  | "UNATTEND_CYGWIN_BUSY"
  | "UNATTEND_CYGWIN_UNTRUSTED"
  | "UNATTEND_CYGWIN_MIRROR_FAILED"
  | "UNATTEND_CYGWIN_FILE_WRONG"
  | "UNATTEND_ISO_UNREADABLE"
  | "UNATTEND_ISO_INVALID"
  | "UNATTEND_ISO_DAMAGED"
  | "UNATTEND_ISO_NOT_WINDOWS"
  | "UNATTEND_ISO_MISMATCH";

/** What goes wrong while an unattended installation is prepared. */
export class UnattendError extends WinvmError<UnattendErrorCode> {
  override readonly name = "UnattendError";
}

/** Throws all faults as one error, or returns when there are none. The faults are in `data.faults`. */
export function throwFaults(
  code: UnattendErrorCode,
  asked: string,
  faults: readonly Fault[],
  hint?: string,
): void {
  if (faults.length > 0) throw faultsError(code, asked, faults, hint);
}

/** The error of these faults, of which there are some. They are in `data.faults`. */
export function faultsError(
  code: UnattendErrorCode,
  asked: string,
  faults: readonly Fault[],
  hint?: string,
): UnattendError {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return new UnattendError({
    code,
    asked,
    happened: `${count}:\n${formatFaults(faults)}`,
    hint,
    data: { faults },
  });
}

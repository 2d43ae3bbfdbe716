import { WinvmError } from "@winvm/runtime";

/** Every code that a {@link ReferenceGuestError} can carry. */
export type ReferenceGuestErrorCode =
  | "REFERENCE_GUEST_BUILD_FAILED"
  | "REFERENCE_GUEST_DISK_FULL"
  | "REFERENCE_GUEST_PROGRAM_MISSING"
  | "REFERENCE_GUEST_ISO_BROKEN";

/** What this package throws. */
export class ReferenceGuestError extends WinvmError<ReferenceGuestErrorCode> {
  override readonly name = "ReferenceGuestError";
}

import { WinvmError } from "@winvm/runtime";

/** Every code that a {@link DebianImageError} can carry. */
export type DebianImageErrorCode =
  | "DEBIAN_IMAGE_INVALID"
  | "DEBIAN_IMAGE_APT_MISSING"
  | "DEBIAN_IMAGE_NO_LISTS"
  | "DEBIAN_IMAGE_NO_PACKAGE"
  | "DEBIAN_IMAGE_RESOLVE_FAILED"
  | "DEBIAN_IMAGE_FETCH_FAILED"
  | "DEBIAN_IMAGE_HASH_MISMATCH"
  | "DEBIAN_IMAGE_DISK_FULL"
  | "DEBIAN_IMAGE_EXTRACT_FAILED"
  | "DEBIAN_IMAGE_MODULE_MISSING"
  | "DEBIAN_IMAGE_LIBRARY_MISSING"
  | "DEBIAN_IMAGE_BAD_ELF";

/** What this package throws; `code` tells which step refused and `hint` what to do. */
export class DebianImageError extends WinvmError<DebianImageErrorCode> {
  override readonly name = "DebianImageError";
}

import { WinvmError } from "@winvm/runtime";

/** Every code that a {@link ControllerError} can carry. */
export type ControllerErrorCode =
  | "CONTROLLER_INVALID"
  | "CONTROLLER_IMAGE_BROKEN"
  | "CONTROLLER_NO_GREETING"
  | "CONTROLLER_CONNECT_FAILED"
  | "CONTROLLER_CONNECTION_LOST"
  | "CONTROLLER_COMMAND_FAILED"
  | "CONTROLLER_INPUT_FAILED"
  | "CONTROLLER_SHARE_FAILED"
  | "CONTROLLER_SHARE_BUSY"
  | "CONTROLLER_SAMBA_FAILED"
  | "CONTROLLER_GUEST_REFUSED"
  | "CONTROLLER_GUEST_LOST";

/** What this package throws. */
export class ControllerError extends WinvmError<ControllerErrorCode> {
  override readonly name = "ControllerError";
}

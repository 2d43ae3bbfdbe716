import { ControllerError } from "../errors.ts";

/** What mount or umount complained of, as an error. */
export function shareError(asked: string, stderr: string): ControllerError {
  const busy = /busy/i.test(stderr);
  return new ControllerError({
    code: busy ? "CONTROLLER_SHARE_BUSY" : "CONTROLLER_SHARE_FAILED",
    asked,
    happened: stderr.trim(),
    hint: busy
      ? "the guest holds files below it open: close them first"
      : "is there a share with that tag in the controller's machine?",
  });
}

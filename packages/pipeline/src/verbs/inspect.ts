import { recogniseMedia, type RecognisedMedia } from "@winvm/unattend";

/**
 * What a Windows ISO holds, read from the file alone.
 *
 * @throws UnattendError `UNATTEND_ISO_UNREADABLE`, `UNATTEND_ISO_INVALID`, `UNATTEND_ISO_DAMAGED`,
 *   `UNATTEND_ISO_NOT_WINDOWS`.
 */
export function inspectMedia(iso: string): Promise<RecognisedMedia> {
  return recogniseMedia(iso);
}

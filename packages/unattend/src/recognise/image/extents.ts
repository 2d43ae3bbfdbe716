import { damaged, requireRange, type Bytes } from "./bytes.ts";

/** A run of a file's bytes. */
export interface Extent {
  /** Byte position in the image; undefined for a run that was never recorded and reads as zeros. */
  readonly position: number | undefined;
  readonly length: number;
}

/**
 * A file as its extents lie in an image.
 *
 * @throws UnattendError `UNATTEND_ISO_DAMAGED` when an extent lies outside the image, or they hold less than the file.
 */
export function extentBytes(
  image: Bytes,
  name: string,
  sizeBytes: number,
  extents: readonly Extent[],
): Bytes {
  let held = 0;
  for (const { position, length } of extents) {
    held += length;
    if (position !== undefined && position + length > image.sizeBytes) {
      throw damaged(
        image.name,
        `it has ${image.sizeBytes} bytes, and ${name} ends at byte ${position + length}`,
      );
    }
  }
  if (held < sizeBytes)
    throw damaged(image.name, `${name} has ${sizeBytes} bytes, but room for ${held}`);
  return {
    name,
    sizeBytes,
    read: async (position, length) => {
      requireRange({ name, sizeBytes }, position, length);
      const result = Buffer.alloc(length);
      let start = 0;
      for (const extent of extents) {
        const from = Math.max(position, start);
        const to = Math.min(position + length, start + extent.length);
        if (from < to && extent.position !== undefined) {
          const part = await image.read(extent.position + from - start, to - from);
          part.copy(result, from - position);
        }
        start += extent.length;
      }
      return result;
    },
  };
}

import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { describeError } from "@winvm/runtime";
import { UnattendError } from "../../errors.ts";

/** Bytes that are read by position: an image, or a file within it. Nothing is ever read as a whole. */
export interface Bytes {
  /** For messages: the image's path, or the path within it. */
  readonly name: string;
  readonly sizeBytes: number;
  /**
   * Exactly `length` bytes from `position` on.
   *
   * @throws UnattendError `UNATTEND_ISO_DAMAGED` where there are fewer, `UNATTEND_ISO_UNREADABLE` where the host can't
   *   read them.
   */
  read(position: number, length: number): Promise<Buffer>;
}

/** An image file that is open. */
export interface ImageFile extends Bytes, AsyncDisposable {}

/** The most that is read in one piece: a directory, an XML text. A hostile length costs no more than this. */
export const largestPiece: number = 16 * 1024 * 1024;

/**
 * Opens an image for reading.
 *
 * @throws UnattendError `UNATTEND_ISO_UNREADABLE`.
 */
export async function openImage(file: string): Promise<ImageFile> {
  let handle: FileHandle | undefined;
  try {
    // A pipe without a writer must not hold the open up.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const opened = handle;
    const found = await opened.stat();
    const { size } = found;
    // A directory opens, but can't be read; a device says no size.
    if (!found.isFile()) throw new Error("it is not a regular file");
    return {
      name: file,
      sizeBytes: size,
      read: async (position, length) => {
        requireRange({ name: file, sizeBytes: size }, position, length);
        const buffer = Buffer.alloc(length);
        const { bytesRead } = await opened
          .read(buffer, 0, length, position)
          .catch((cause: unknown) => {
            throw unreadable(file, cause);
          });
        if (bytesRead !== length) throw damaged(file, `it ends at byte ${position + bytesRead}`);
        return buffer;
      },
      [Symbol.asyncDispose]: () => opened.close(),
    };
  } catch (cause) {
    await handle?.close();
    throw unreadable(file, cause);
  }
}

/** Bytes in memory, with the checks of {@link openImage}. */
export function bytesOf(name: string, buffer: Buffer): Bytes {
  const sizeBytes = buffer.length;
  return {
    name,
    sizeBytes,
    read: async (position, length) => {
      requireRange({ name, sizeBytes }, position, length);
      return buffer.subarray(position, position + length);
    },
  };
}

/** Throws unless the range lies within the bytes and is small enough to be held. */
export function requireRange(
  { name, sizeBytes }: Pick<Bytes, "name" | "sizeBytes">,
  position: number,
  length: number,
): void {
  if (length > largestPiece) throw damaged(name, `something in it claims ${length} bytes`);
  if (position >= 0 && length >= 0 && position + length <= sizeBytes) return;
  const end = position + length;
  throw damaged(
    name,
    `it has ${sizeBytes} bytes, and what it describes lies at ${position}..${end}`,
  );
}

/** The error for an image whose content contradicts itself or is cut off. */
export function damaged(name: string, happened: string): UnattendError {
  return new UnattendError({
    code: "UNATTEND_ISO_DAMAGED",
    asked: `read ${name}`,
    happened: `the image is truncated or damaged: ${happened}`,
    hint: "fetch it again, and compare its SHA-256 with the publisher's",
    data: { name },
  });
}

/** The error for an image that is no installation medium of Windows in its very form. */
export function unsupported(name: string, happened: string): UnattendError {
  return new UnattendError({
    code: "UNATTEND_ISO_INVALID",
    asked: `read ${name}`,
    happened,
    hint: "give the installation medium as one .iso file",
    data: { name },
  });
}

function unreadable(file: string, cause: unknown): UnattendError {
  return new UnattendError({
    code: "UNATTEND_ISO_UNREADABLE",
    asked: `read ${file}`,
    happened: describeError(cause),
    hint: "check the path and the permissions",
    cause,
    data: { file },
  });
}

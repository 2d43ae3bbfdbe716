import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { FormatFault } from "./format.ts";

/** What a file system says of reading, and not of writing elsewhere; its cause. */
export class SourceFault extends Error {}

/** Bytes that are read one after the other. */
export interface ByteSource {
  /** Where the next byte is. */
  readonly position: number;
  /** The next bytes, exactly so many. @throws FormatFault where the source ends before. */
  take(length: number): Promise<Buffer>;
  /** Whether all has been read. */
  atEnd(): Promise<boolean>;
}

/** The bytes of a file, which can be read from any place. */
export interface FileSource extends ByteSource {
  readonly sizeBytes: number;
  seek(position: number): void;
}

/** Reads an open file. */
export function fileSource(handle: FileHandle, sizeBytes: number): FileSource {
  let position = 0;
  return {
    sizeBytes,
    get position() {
      return position;
    },
    async take(length) {
      const missing = position + length - sizeBytes;
      if (missing > 0) throw cutOff(sizeBytes);
      const bytes = Buffer.allocUnsafe(length);
      for (let done = 0; done < length;) {
        const { bytesRead } = await handle
          .read(bytes, done, length - done, position + done)
          .catch(sourceFault);
        if (bytesRead === 0) throw cutOff(position + done);
        done += bytesRead;
      }
      position += length;
      return bytes;
    },
    atEnd: async () => position >= sizeBytes,
    seek(to) {
      position = to;
    },
  };
}

/** Reads a stream. */
export function streamSource(stream: Readable): ByteSource {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let held: Buffer[] = [];
  let position = 0;
  /** Reads until so many bytes are held, or the stream ends; says how many there are. */
  const hold = async (wanted: number): Promise<number> => {
    let heldBytes = held.reduce((sum, { length }) => sum + length, 0);
    while (heldBytes < wanted) {
      const next = await chunks.next().catch(sourceFault);
      if (next.done === true) break;
      held.push(next.value);
      heldBytes += next.value.length;
    }
    return heldBytes;
  };
  return {
    get position() {
      return position;
    },
    async take(length) {
      const heldBytes = await hold(length);
      if (heldBytes < length) throw cutOff(position + heldBytes);
      const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
      held = [all.subarray(length)];
      position += length;
      return all.subarray(0, length);
    },
    atEnd: async () => (await hold(1)) === 0,
  };
}

function sourceFault(cause: unknown): never {
  // Anything else is the sender's word, as an abort.
  if (typeof (cause as NodeJS.ErrnoException).errno !== "number") throw cause;
  throw new SourceFault("it can't be read", { cause });
}

function cutOff(at: number): FormatFault {
  return new FormatFault(`it ends after ${at} bytes: the rest was cut off`);
}

import { writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { FormatFault, placed } from "./format.ts";
import { chunksAtOnce, openFrame } from "./frames.ts";
import type { ReadChunk } from "./read-container.ts";

/** A file that is being restored. */
export interface RestoredFile {
  readonly sizeBytes: number;
  /** As many bytes of data it has at most: room was looked for by that. */
  readonly dataBytes: number;
  /** Open for writing, of its full size; `undefined` where the file is not wanted. */
  readonly handle: FileHandle | undefined;
}

/** How it is restored. */
export interface RestoreOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told where the last byte is that has been read. */
  readonly onProgress?: ((at: number) => void) | undefined;
}

/** Runs shorter than this are not worth a turn of the thread pool. */
const smallRun = 1 << 17;

/**
 * Writes the data of chunks to where they belong; what no chunk tells of stays a hole. Several are decompressed at once,
 * also those of files that nobody wants: they are part of what has to be whole.
 *
 * @throws FormatFault, what the files throw, and the signal's reason.
 */
export async function restoreChunks(
  chunks: AsyncIterable<ReadChunk>,
  files: readonly RestoredFile[],
  options: RestoreOptions = {},
): Promise<void> {
  const pending: Promise<void>[] = [];
  const fills = new Map<number, Fill>();
  let lastFile = 0;
  try {
    for await (const chunk of chunks) {
      options.signal?.throwIfAborted();
      await placed(chunk.at, () => {
        requirePlaces(chunk, files, { fills, lastFile });
        lastFile = chunk.head.file;
      });
      const work = placed(chunk.at, () => restoreOne(chunk, files[chunk.head.file]?.handle));
      // Awaited below; a failure before that must not end the process.
      work.catch(() => {});
      pending.push(work);
      if (pending.length > chunksAtOnce) await pending.shift();
      options.onProgress?.(chunk.at + chunk.head.frameBytes);
    }
    while (pending.length > 0) await pending.shift();
  } finally {
    await Promise.allSettled(pending);
  }
}

/** How far a file's chunks have come. */
interface Fill {
  readonly end: number;
  readonly dataBytes: number;
}

/** Chunks come in the order of the files, and their runs in the order of each file, with no more data than the header says. */
function requirePlaces(
  { head }: ReadChunk,
  files: readonly RestoredFile[],
  { fills, lastFile }: { readonly fills: Map<number, Fill>; readonly lastFile: number },
): void {
  const file = files[head.file];
  if (file === undefined || head.file < lastFile)
    throw new FormatFault(`a chunk is of file ${head.file}, which is not its turn`);
  let { end, dataBytes } = fills.get(head.file) ?? { end: 0, dataBytes: 0 };
  for (const { offset, length } of head.runs) {
    if (length === 0 || offset < end || offset + length > file.sizeBytes)
      throw new FormatFault(`a chunk has data for byte ${offset}, where there is no place for it`);
    end = offset + length;
    dataBytes += length;
  }
  if (dataBytes > file.dataBytes)
    throw new FormatFault("a file has more data than its header says");
  fills.set(head.file, { end, dataBytes });
}

async function restoreOne(chunk: ReadChunk, handle: FileHandle | undefined): Promise<void> {
  const data = await openFrame(chunk.frame, chunk.dataBytes);
  if (handle === undefined) return;
  let from = 0;
  for (const { offset, length } of chunk.head.runs) {
    await writeAll(handle, data.subarray(from, from + length), offset);
    from += length;
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const left = bytes.length - done;
    done +=
      left < smallRun
        ? writeSync(handle.fd, bytes, done, left, offset + done)
        : (await handle.write(bytes, done, left, offset + done)).bytesWritten;
  }
}

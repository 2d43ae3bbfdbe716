import type { FileHandle } from "node:fs/promises";
import type { Extent } from "@winvm/qemu";
import {
  chunkBytes,
  encodeChunk,
  encodeEnd,
  encodeHeader,
  hashAtEnd,
  type ChunkRecord,
  type ContainerHeader,
  type Run,
} from "./format.ts";
import { chunksAtOnce, FrameMaker } from "./frames.ts";
import { appendRuns, packPages } from "./pages.ts";

/** A file to be packed; they come in the order of the header. */
export interface PackedFile {
  readonly handle: FileHandle;
  /** Where it may have data. */
  readonly extents: readonly Extent[];
}

/** What was written. */
export interface WrittenContainer {
  readonly sizeBytes: number;
  /** What was not zero. */
  readonly dataBytes: number;
}

/** How it is written. */
export interface WriteContainerOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes of the files' data have been read, of all that there are. */
  readonly onProgress?: ((readBytes: number) => void) | undefined;
}

/** So little room is left in a chunk that reading into it is not worth a call. */
const smallRoom = 1 << 16;

/**
 * Writes a container: reads, finds zeros, compresses and writes at the same time. The chunks stand in the order of the
 * files, so the same files give the same bytes.
 *
 * @param write Takes the bytes in order; awaited before the next.
 * @throws what `write` and the files throw, and the signal's reason.
 */
export async function writeContainer(
  header: ContainerHeader,
  files: readonly PackedFile[],
  write: (bytes: Uint8Array) => Promise<void>,
  options: WriteContainerOptions = {},
): Promise<WrittenContainer> {
  const first = encodeHeader(header);
  await write(first);
  using frames = new FrameMaker();
  const output = new ChunkOutput(first.length, write, frames);
  try {
    let readBytes = 0;
    for (const [number, file] of files.entries()) {
      await packFile(number, file, output, (bytes) => {
        options.signal?.throwIfAborted();
        readBytes += bytes;
        options.onProgress?.(readBytes);
      });
    }
    await output.flush();
  } catch (error) {
    await output.drop();
    throw error;
  }
  const end = encodeEnd({ header: hashAtEnd(first), chunks: output.records }, output.at);
  await write(end);
  return { sizeBytes: output.at + end.length, dataBytes: output.dataBytes };
}

async function packFile(
  number: number,
  { handle, extents }: PackedFile,
  output: ChunkOutput,
  onRead: (bytes: number) => void,
): Promise<void> {
  let buffer = await output.buffer();
  let runs: { offset: number; length: number }[] = [];
  let fill = 0;
  for (const extent of extents) {
    for (let done = 0; done < extent.sizeBytes;) {
      const length = Math.min(extent.sizeBytes - done, chunkBytes - fill);
      await readExactly(handle, buffer.subarray(fill, fill + length), extent.offsetBytes + done);
      const packed = packPages(buffer, fill, fill + length, extent.offsetBytes + done);
      appendRuns(runs, packed.runs);
      fill = packed.end;
      done += length;
      onRead(length);
      if (chunkBytes - fill > smallRoom) continue;
      output.add(number, buffer, fill, runs);
      buffer = await output.buffer();
      runs = [];
      fill = 0;
    }
  }
  if (fill > 0) output.add(number, buffer, fill, runs);
  else output.giveBack(buffer);
}

async function readExactly(handle: FileHandle, into: Buffer, position: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new Error(`a file ends at byte ${position + done}, too early`);
    done += bytesRead;
  }
}

interface Pending {
  readonly file: number;
  readonly runs: readonly Run[];
  readonly dataBytes: number;
  readonly frame: Promise<Buffer>;
}

/** Compresses several chunks at once and writes them in their order. */
class ChunkOutput {
  readonly records: ChunkRecord[] = [];
  at: number;
  dataBytes = 0;
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #frames: FrameMaker;
  readonly #pending: Pending[] = [];
  readonly #free: Buffer[] = [];

  constructor(at: number, write: (bytes: Uint8Array) => Promise<void>, frames: FrameMaker) {
    this.at = at;
    this.#frames = frames;
    this.#write = write;
  }

  /** A buffer for a chunk; waits until one is free. */
  async buffer(): Promise<Buffer> {
    while (this.#pending.length >= chunksAtOnce) await this.#writeNext();
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
  }

  giveBack(buffer: Buffer): void {
    this.#free.push(buffer);
  }

  add(file: number, buffer: Buffer, dataBytes: number, runs: readonly Run[]): void {
    const frame = this.#frames
      .make(buffer.subarray(0, dataBytes))
      .finally(() => this.giveBack(buffer));
    // Awaited later; a failure before that must not end the process.
    frame.catch(() => {});
    this.#pending.push({ file, runs, dataBytes, frame });
  }

  async flush(): Promise<void> {
    while (this.#pending.length > 0) await this.#writeNext();
  }

  /** Waits for what is still being compressed. */
  async drop(): Promise<void> {
    await Promise.allSettled(this.#pending.map(({ frame }) => frame));
  }

  async #writeNext(): Promise<void> {
    const next = this.#pending[0];
    if (next === undefined) return;
    const { file, runs, dataBytes } = next;
    const frame = await next.frame;
    this.#pending.shift();
    const { head, sha256 } = encodeChunk({ file, frameBytes: frame.length, runs }, frame);
    const last = runs.at(-1) ?? { offset: 0, length: 0 };
    this.records.push({
      at: this.at,
      file,
      offset: runs[0]?.offset ?? 0,
      endOffset: last.offset + last.length,
      dataBytes,
      frameBytes: frame.length,
      sha256,
    });
    await this.#write(head);
    await this.#write(frame);
    this.at += head.length + frame.length;
    this.dataBytes += dataBytes;
  }
}

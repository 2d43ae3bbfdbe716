import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { constants, createZstdCompress, zstdDecompress, type ZstdCompress } from "node:zlib";
import { chunkBytes, FormatFault } from "./format.ts";

const decompress = promisify(zstdDecompress);

/** How many chunks are worked on at once: one for each core, and one that is being read or written. */
export const chunksAtOnce: number = availableParallelism() + 1;

/** Room for whatever zstd makes of a chunk. */
const frameRoom = chunkBytes + (chunkBytes >> 6);

/**
 * Makes zstd frames in Node's thread pool, several at once. Its compressors are kept from frame to frame: a new one for each
 * costs the garbage collector as much time as the compression takes.
 */
export class FrameMaker implements Disposable {
  readonly #all: ZstdCompress[] = [];
  readonly #idle: ZstdCompress[] = [];

  /** Data as one frame at zstd's usual level, with its size and a checksum of what it holds. */
  async make(data: Uint8Array): Promise<Buffer> {
    const compressor = this.#idle.pop() ?? this.#open();
    const frame = await new Promise<Buffer>((done, fail) => {
      compressor.once("error", fail);
      compressor.write(data, (error) => {
        compressor.off("error", fail);
        if (error) fail(error);
        else done((compressor.read() as Buffer | null) ?? Buffer.alloc(0));
      });
    });
    this.#idle.push(compressor);
    return frame;
  }

  [Symbol.dispose](): void {
    for (const compressor of this.#all) compressor.destroy();
  }

  #open(): ZstdCompress {
    const compressor = createZstdCompress({
      // Every write ends a frame.
      flush: constants.ZSTD_e_end,
      chunkSize: 1 << 20,
      // Nothing reads until the frame is complete, so all of it has to find room.
      readableHighWaterMark: 2 * frameRoom,
      writableHighWaterMark: chunkBytes,
      params: {
        [constants.ZSTD_c_compressionLevel]: constants.ZSTD_CLEVEL_DEFAULT,
        [constants.ZSTD_c_checksumFlag]: 1,
      },
    } as Parameters<typeof createZstdCompress>[0]);
    this.#all.push(compressor);
    return compressor;
  }
}

/**
 * The data of a frame.
 *
 * @throws FormatFault unless it is a frame with exactly so many bytes.
 */
export async function openFrame(frame: Uint8Array, dataBytes: number): Promise<Buffer> {
  let data: Buffer;
  try {
    data = await decompress(frame, {
      chunkSize: Math.max(64, dataBytes),
      maxOutputLength: dataBytes,
    });
  } catch (cause) {
    throw new FormatFault("a chunk can't be decompressed", { cause });
  }
  if (data.length === dataBytes) return data;
  throw new FormatFault(`a chunk holds ${data.length} bytes, not ${dataBytes}`);
}

import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, zstdCompress } from "node:zlib";
import { promisify } from "node:util";
import { withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { fileFailure } from "../apt/run.ts";
import type { TreeEntry } from "./entry.ts";
import { cpioChunks } from "./newc.ts";

/** Options of {@link writeInitrd}. */
export interface WriteInitrdOptions extends WaitOptions {
  /** zstd level, 1–19; default 12. 0 writes the bare archive. */
  readonly level?: number | undefined;
}

/** What was written. */
export interface WrittenFile {
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

function parameters(level: number): Record<number, number> {
  return {
    [constants.ZSTD_c_compressionLevel]: level,
    [constants.ZSTD_c_checksumFlag]: 1,
    // The kernel gives up above a window of 128 MiB (lib/decompress_unzstd.c); 8 MiB is what it is tuned for.
    [constants.ZSTD_c_windowLog]: 23,
  };
}

/**
 * Writes entries as an initramfs, compressed with zstd (Linux ≥ 5.9 unpacks it), streaming: the tree need not fit into
 * memory. The same entries give the same bytes with the same Node version.
 *
 * @throws {DebianImageError} `DEBIAN_IMAGE_INVALID`, `DEBIAN_IMAGE_DISK_FULL`, `DEBIAN_IMAGE_EXTRACT_FAILED`.
 */
export async function writeInitrd(
  file: string,
  entries: Iterable<TreeEntry>,
  options: WriteInitrdOptions = {},
): Promise<WrittenFile> {
  const { level = 12 } = options;
  const hash = createHash("sha256");
  let sizeBytes = 0;
  async function* measure(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
      yield chunk;
    }
  }
  const asked = `write the archive ${file}`;
  await withDeadline(
    asked,
    async (signal) => {
      const source = Readable.from(cpioChunks(entries), {
        objectMode: false,
        highWaterMark: 1 << 20,
      });
      const sink = createWriteStream(file);
      try {
        if (level === 0) await pipeline(source, measure, sink, { signal });
        else {
          const zstd = createZstdCompress({ params: parameters(level), chunkSize: 1 << 18 });
          await pipeline(source, zstd, measure, sink, { signal });
        }
      } catch (cause) {
        throw signal.aborted ? cause : fileFailure(asked, cause, "DEBIAN_IMAGE_EXTRACT_FAILED");
      }
    },
    options,
  );
  return { sizeBytes, sha256: hash.digest("hex") };
}

/** Compresses bytes with zstd, in a form that the Linux kernel unpacks. */
export async function compressZstd(data: Uint8Array, level = 12): Promise<Buffer> {
  return promisify(zstdCompress)(data, { params: parameters(level) });
}

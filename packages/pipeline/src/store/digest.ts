import { createHash, type Hash } from "node:crypto";
import { open, stat, type FileHandle } from "node:fs/promises";
import type { Extent } from "@winvm/qemu";

/** What a file's content is known by: one of the two. */
export interface FileDigest {
  /** SHA-256 of the file, as `sha256sum` prints it. */
  readonly sha256?: string;
  /**
   * SHA-256 of those 64 KiB blocks of a sparse file that are not all zeros, each after its offset (64 bits, little-endian),
   * and of the file's size at the end. Holes need not be read, and a copy whose holes were filled has the same.
   */
  readonly dataSha256?: string;
}

/** Which of the two. */
export type DigestKind = keyof FileDigest;

/** How a digest is made. */
export interface DigestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told a few times a second, so not at all of what is read in less: bytes of the file that are done. */
  readonly onBytes?: ((doneBytes: number) => void) | undefined;
}

const blockBytes = 64 * 1024;
/** Measured: with buffers of 4 MiB Node hashes twice as fast as with those of 64 KiB. */
const bufferBytes = 4 * 2 ** 20;
const tellEveryMs = 200;
const zeros = Buffer.alloc(blockBytes);

/** The kind that is cheaper to make: files of which a tenth is holes, and that are big, are read by their data. */
export async function digestKindOf(file: string): Promise<DigestKind> {
  const { size, blocks } = await stat(file);
  return size >= 16 * bufferBytes && blocks * 512 < size * 0.9 ? "dataSha256" : "sha256";
}

/** Reads a file and makes its digest. Throws what Node throws of a file that can't be read. */
export async function digestOfFile(
  file: string,
  kind: DigestKind,
  options: DigestOptions = {},
): Promise<FileDigest> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const quiet = { ...options, onBytes: seldom(options.onBytes) };
  const hash = createHash("sha256");
  if (kind === "sha256") {
    await eachPiece(handle, { offsetBytes: 0, sizeBytes: size }, quiet, (piece) =>
      hash.update(piece),
    );
    return { sha256: hash.digest("hex") };
  }
  for (const extent of blockwise(await extentsOf(file, size, options.signal), size)) {
    await eachPiece(handle, extent, quiet, (piece, offset) => hashData(hash, piece, offset));
  }
  hash.update(little64(size));
  return { dataSha256: hash.digest("hex") };
}

function seldom(tell: DigestOptions["onBytes"]): DigestOptions["onBytes"] {
  if (tell === undefined) return undefined;
  let next = performance.now() + tellEveryMs;
  return (bytes) => {
    if (performance.now() < next) return;
    next = performance.now() + tellEveryMs;
    tell(bytes);
  };
}

/** Where there is no qemu-img, all of the file is read: that takes longer and gives the same. */
async function extentsOf(
  file: string,
  size: number,
  signal: AbortSignal | undefined,
): Promise<readonly Extent[]> {
  const whole = [{ offsetBytes: 0, sizeBytes: size }];
  const { dataExtents } = await import("@winvm/qemu");
  return dataExtents(file, { signal, timeoutMs: 30_000 }).catch(() => {
    signal?.throwIfAborted();
    return whole;
  });
}

/** Pure: extents in order, widened to whole blocks, none twice, none beyond the file's end. */
export function blockwise(extents: readonly Extent[], size: number): readonly Extent[] {
  const wide: { offsetBytes: number; sizeBytes: number }[] = [];
  let done = 0;
  for (const { offsetBytes, sizeBytes } of extents) {
    const from = Math.max(done, Math.floor(offsetBytes / blockBytes) * blockBytes);
    const to = Math.min(size, Math.ceil((offsetBytes + sizeBytes) / blockBytes) * blockBytes);
    if (to <= from) continue;
    wide.push({ offsetBytes: from, sizeBytes: to - from });
    done = to;
  }
  return wide;
}

function hashData(hash: Hash, piece: Buffer, offset: number): void {
  for (let at = 0; at < piece.length; at += blockBytes) {
    const block = piece.subarray(at, at + blockBytes);
    if (block.equals(zeros.subarray(0, block.length))) continue;
    hash.update(little64(offset + at));
    hash.update(block);
  }
}

function little64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** Reads a piece after the other, each but the last full, so that blocks stay whole. */
async function eachPiece(
  handle: FileHandle,
  { offsetBytes, sizeBytes }: Extent,
  { signal, onBytes }: DigestOptions,
  take: (piece: Buffer, offset: number) => void,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(bufferBytes, Math.max(sizeBytes, 1)));
  const end = offsetBytes + sizeBytes;
  for (let offset = offsetBytes; offset < end;) {
    signal?.throwIfAborted();
    const wanted = Math.min(buffer.length, end - offset);
    let filled = 0;
    while (filled < wanted) {
      const { bytesRead } = await handle.read(buffer, filled, wanted - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    take(buffer.subarray(0, filled), offset);
    // Cut short meanwhile: the digest will not be the one that is wanted.
    if (filled < wanted) return;
    offset += filled;
    onBytes?.(offset);
  }
}

/** Pure: whether two digests are of the same kind and equal. */
export function sameDigest(a: FileDigest, b: FileDigest): boolean {
  if (a.sha256 !== undefined) return a.sha256 === b.sha256;
  return a.dataSha256 !== undefined && a.dataSha256 === b.dataSha256;
}

/** Pure: the kind of a digest that was recorded; undefined where none was. */
export function recordedKind(record: FileDigest): DigestKind | undefined {
  if (record.sha256 !== undefined) return "sha256";
  return record.dataSha256 === undefined ? undefined : "dataSha256";
}

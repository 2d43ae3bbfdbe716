import {
  blockHeadBytes,
  blockType,
  chunkBytes,
  decodeBlockHead,
  decodeChunk,
  decodeHeader,
  decodeIndex,
  decodeStart,
  decodeTail,
  FormatFault,
  formatVersion,
  hashAtEnd,
  placed,
  startBytes,
  tailBytes,
  type ChunkHead,
  type ChunkRecord,
  type ContainerHeader,
  type ContainerIndex,
} from "./format.ts";
import type { ByteSource, FileSource } from "./byte-source.ts";
import { requireIndex, requireNoGaps } from "./check-index.ts";

/** A container whose header was read and is whole. */
export interface OpenedContainer {
  readonly header: ContainerHeader;
  /** SHA-256 of the header. */
  readonly headerHash: string;
  /** Where the first chunk begins. */
  readonly endsAt: number;
}

/** A chunk as it comes out of the container, its hash compared. */
export interface ReadChunk {
  readonly at: number;
  readonly head: ChunkHead;
  readonly dataBytes: number;
  readonly frame: Buffer;
}

/** The container was written by a newer winvm. */
export class NewerFormat extends Error {
  override readonly name = "NewerFormat";
  readonly version: number;

  constructor(version: number) {
    super(`its format is ${version}`);
    this.version = version;
  }
}

/** The longest frame: what zstd makes of data that can't be compressed is hardly longer than they are. */
const frameLimit = chunkBytes + (chunkBytes >> 6);

/**
 * Reads the header from the source's beginning.
 *
 * @throws FormatFault, {@link NewerFormat}
 */
export function openContainer(source: ByteSource): Promise<OpenedContainer> {
  return placed(0, () => takeHeader(source));
}

async function takeHeader(source: ByteSource): Promise<OpenedContainer> {
  const start = await source.take(startBytes).catch((cause: unknown) => {
    if (!(cause instanceof FormatFault)) throw cause;
    throw new FormatFault("it is too short to be one", { cause });
  });
  const { version, length } = decodeStart(start);
  if (version > formatVersion) throw new NewerFormat(version);
  if (version < 1) throw new FormatFault(`there is no format ${version}`);
  const rest = length - (startBytes - blockHeadBytes);
  if (rest < 0) throw new FormatFault("its header is too short");
  const content = await source.take(rest);
  return { header: decodeHeader(content), headerHash: hashAtEnd(content), endsAt: source.position };
}

/**
 * Reads the index from the end of a file, without the chunks' frames: what it tells of is all that there is.
 *
 * @throws FormatFault
 */
export function readIndex(source: FileSource, container: OpenedContainer): Promise<ContainerIndex> {
  const tailAt = Math.max(0, source.sizeBytes - tailBytes);
  return placed(tailAt, () => takeIndex(source, tailAt, container));
}

async function takeIndex(
  source: FileSource,
  tailAt: number,
  { headerHash, endsAt }: OpenedContainer,
): Promise<ContainerIndex> {
  source.seek(tailAt);
  const tail = decodeTail(await source.take(tailBytes));
  if (tail.indexAt + tail.indexBytes !== tailAt)
    throw new FormatFault("its index is not where it should be: a part is missing, or too much");
  source.seek(tail.indexAt);
  const content = await takeBlock(source);
  if (blockType(content) !== "INDX" || source.position !== tailAt)
    throw new FormatFault("its index is not where it should be");
  const index = readIndexBlock(content, tail.sha256, headerHash);
  await requireNoGaps(source, index.chunks, { from: endsAt, to: tail.indexAt });
  return index;
}

function readIndexBlock(content: Buffer, wanted: string, headerHash: string): ContainerIndex {
  const inner = content.subarray(4);
  const index: unknown = decodeIndex(inner);
  requireIndex(index);
  if (hashAtEnd(inner) !== wanted) throw new FormatFault("the hash of its index is another");
  if (index.header !== headerHash) throw new FormatFault("its index is that of another file");
  return index;
}

/**
 * All chunks in a row, then the index, which has to say the same, and the end.
 *
 * @throws FormatFault
 */
export async function* readChunks(
  source: ByteSource,
  { headerHash }: OpenedContainer,
): AsyncGenerator<ReadChunk> {
  const seen: ChunkRecord[] = [];
  for (;;) {
    const at = source.position;
    const read = await placed(at, async () => {
      const content = await takeBlock(source);
      if (blockType(content) === "CHNK") return takeFrame(source, at, content.subarray(4));
      await takeEnd(source, at, content, { headerHash, seen });
      return undefined;
    });
    if (read === undefined) return;
    seen.push(recordOf(read.chunk, read.sha256));
    yield read.chunk;
  }
}

async function takeEnd(
  source: ByteSource,
  at: number,
  content: Buffer,
  { headerHash, seen }: { readonly headerHash: string; readonly seen: readonly ChunkRecord[] },
): Promise<void> {
  if (blockType(content) !== "INDX") throw new FormatFault("its index is missing");
  const tail = decodeTail(await source.take(tailBytes));
  const index = readIndexBlock(content, tail.sha256, headerHash);
  if (tail.indexAt !== at || tail.indexBytes !== source.position - tailBytes - at)
    throw new FormatFault("its end says that the index is elsewhere");
  requireSame(index.chunks, seen);
  if (!(await source.atEnd())) throw new FormatFault("there is more behind its end");
}

/**
 * Single chunks, by the index.
 *
 * @throws FormatFault
 */
export async function* pickChunks(
  source: FileSource,
  records: readonly ChunkRecord[],
): AsyncGenerator<ReadChunk> {
  for (const record of records) {
    yield await placed(record.at, async () => {
      source.seek(record.at);
      const content = await takeBlock(source);
      if (blockType(content) !== "CHNK") throw new FormatFault("there is no chunk");
      const { chunk, sha256 } = await takeFrame(source, record.at, content.subarray(4));
      requireSame([record], [recordOf(chunk, sha256)]);
      return chunk;
    });
  }
}

async function takeBlock(source: ByteSource): Promise<Buffer> {
  return source.take(decodeBlockHead(await source.take(blockHeadBytes)));
}

async function takeFrame(
  source: ByteSource,
  at: number,
  content: Buffer,
): Promise<{ readonly chunk: ReadChunk; readonly sha256: string }> {
  const { head, check } = decodeChunk(content);
  const dataBytes = head.runs.reduce((sum, { length }) => sum + length, 0);
  if (head.frameBytes > frameLimit || dataBytes > chunkBytes || dataBytes === 0)
    throw new FormatFault("a chunk is longer than chunks are");
  const frame = await source.take(head.frameBytes);
  return { chunk: { at, head, dataBytes, frame }, sha256: check(frame) };
}

function recordOf({ at, head, dataBytes }: ReadChunk, sha256: string): ChunkRecord {
  const last = head.runs.at(-1) ?? { offset: 0, length: 0 };
  return {
    at,
    file: head.file,
    offset: head.runs[0]?.offset ?? 0,
    endOffset: last.offset + last.length,
    dataBytes,
    frameBytes: head.frameBytes,
    sha256,
  };
}

function requireSame(said: readonly ChunkRecord[], seen: readonly ChunkRecord[]): void {
  if (JSON.stringify(said) === JSON.stringify(seen)) return;
  throw new FormatFault("its index and its chunks are not the same");
}

import { createHash } from "node:crypto";
import { sha256 } from "../store/keys.ts";

/*
 * The container of a portable state. It is a zstd file: data lie in independent frames, all else in skippable frames
 * (RFC 8878, 3.1.2), so that `zstd -t` checks it and `zstd -d` gives the data of all files in a row. The package's README
 * describes it byte by byte.
 */

/** The version that is written, and the newest that is read. */
export const formatVersion = 1;

/** Data of a chunk at most, in bytes: what a reader has to hold at once. */
export const chunkBytes: number = 4 << 20;

/** Zeros are left out in units of this many bytes. */
export const pageBytes = 4096;

/** The longest header and index that are read. */
const jsonLimit = 256 << 20;

/** Magic number of a skippable frame; the last digit may be anything. */
const skippable = 0x184d2a57;
const hashBytes = 32;

/** Follows the first eight bytes of a file. */
export const magic: Buffer = Buffer.from("winvm portable\r\n", "latin1");
const endMagic = Buffer.from("winvm/e\n", "latin1");

/** The four letters that a block begins with. */
export type BlockType = "CHNK" | "INDX" | "TAIL";

/** A file of the container. */
export interface ContainedFile {
  /** Relative to its entry. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Permission bits. */
  readonly mode: number;
  /** At most this many bytes of it are not zero. */
  readonly dataBytes: number;
}

/** An entry of a store in the container. */
export interface ContainedEntry {
  readonly kind: "images" | "states" | "media";
  readonly key: string;
  /** The bytes of its manifest, as text. */
  readonly manifest: string;
  readonly files: readonly ContainedFile[];
}

/** What the container says first: enough to know what it takes before anything is written. */
export interface ContainerHeader {
  /** The key of the state that was exported; its entry is the last. */
  readonly state: string;
  /** What an entry needs comes before it. */
  readonly entries: readonly ContainedEntry[];
  /** The names of its states, and the key of each; absent where they have none, and in files of older versions. */
  readonly names?: Readonly<Record<string, string>>;
}

/** A part of a file that has data, in bytes. */
export interface Run {
  readonly offset: number;
  readonly length: number;
}

/** What stands before a chunk's frame. */
export interface ChunkHead {
  /** Number of the file, counted through all entries. */
  readonly file: number;
  /** Bytes of the zstd frame. */
  readonly frameBytes: number;
  /** Where its data belong, in order. */
  readonly runs: readonly Run[];
}

/** A chunk in the index. */
export interface ChunkRecord {
  /** Where its block begins in the container. */
  readonly at: number;
  readonly file: number;
  /** The part of the file in which its data lie. */
  readonly offset: number;
  readonly endOffset: number;
  readonly dataBytes: number;
  readonly frameBytes: number;
  /** SHA-256 of its head and its frame. */
  readonly sha256: string;
}

/** What the container says last. */
export interface ContainerIndex {
  /** SHA-256 of the header. */
  readonly header: string;
  readonly chunks: readonly ChunkRecord[];
}

/** Where the index is. */
export interface ContainerTail {
  readonly indexAt: number;
  readonly indexBytes: number;
  readonly sha256: string;
}

/** The length of what stands before every block's content: magic number and length. */
export const blockHeadBytes = 8;

/** The length of the last block. */
export const tailBytes: number = blockHeadBytes + 4 + 8 + 8 + hashBytes + endMagic.length;

/** Something that no container has at that place. */
export class FormatFault extends Error {
  override readonly name = "FormatFault";
  /** The byte of the container at which the faulty part begins. */
  at: number | undefined;
}

/** Says of the faults of a part where it begins. */
export async function placed<T>(at: number, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormatFault) error.at ??= at;
    throw error;
  }
}

/** The first block. */
export function encodeHeader(header: ContainerHeader): Buffer {
  const version = Buffer.alloc(4);
  version.writeUInt32LE(formatVersion);
  return block([magic, version, withHash(Buffer.from(JSON.stringify(header)))]);
}

/** Reads the length of the first block, and whether this is such a file at all. */
export function decodeStart(bytes: Buffer): { readonly version: number; readonly length: number } {
  const length = decodeBlockHead(bytes);
  if (!bytes.subarray(blockHeadBytes, blockHeadBytes + magic.length).equals(magic))
    throw new FormatFault("it does not begin as one");
  return { version: bytes.readUInt32LE(blockHeadBytes + magic.length), length };
}

/** The length of what {@link decodeStart} needs. */
export const startBytes: number = blockHeadBytes + magic.length + 4;

/** Reads the content of the first block behind magic and version. */
export function decodeHeader(content: Buffer): ContainerHeader {
  return parse(checkHash(content, "its header")) as ContainerHeader;
}

/** The block before a chunk's frame. */
export function encodeChunk(head: ChunkHead, frame: Uint8Array): { head: Buffer; sha256: string } {
  const fields = Buffer.alloc(12 + head.runs.length * 12);
  fields.writeUInt32LE(head.file, 0);
  fields.writeUInt32LE(head.frameBytes, 4);
  fields.writeUInt32LE(head.runs.length, 8);
  for (const [index, { offset, length }] of head.runs.entries()) {
    fields.writeBigUInt64LE(BigInt(offset), 12 + index * 12);
    fields.writeUInt32LE(length, 20 + index * 12);
  }
  const hash = hashOf(fields, frame);
  return { head: block([letters("CHNK"), fields, Buffer.from(hash, "hex")]), sha256: hash };
}

/** Reads what stands before a chunk's frame; `check` compares the frame once it is there, and gives their SHA-256. */
export function decodeChunk(content: Buffer): {
  readonly head: ChunkHead;
  readonly check: (frame: Uint8Array) => string;
} {
  if (content.length < 12 + hashBytes) throw new FormatFault("a chunk's head is too short");
  const fields = content.subarray(0, -hashBytes);
  const wanted = content.subarray(-hashBytes).toString("hex");
  const count = fields.readUInt32LE(8);
  if (fields.length !== 12 + count * 12)
    throw new FormatFault("a chunk's head is not as long as it says");
  const runs = Array.from({ length: count }, (_, index) => ({
    offset: Number(fields.readBigUInt64LE(12 + index * 12)),
    length: fields.readUInt32LE(20 + index * 12),
  }));
  const head = { file: fields.readUInt32LE(0), frameBytes: fields.readUInt32LE(4), runs };
  return {
    head,
    check(frame) {
      if (hashOf(fields, frame) !== wanted) throw new FormatFault("the hash of a chunk is another");
      return wanted;
    },
  };
}

/** The index, and the block behind it. */
export function encodeEnd(index: ContainerIndex, indexAt: number): Buffer {
  const content = withHash(Buffer.from(JSON.stringify(index)));
  const indexBlock = block([letters("INDX"), content]);
  const where = Buffer.alloc(16);
  where.writeBigUInt64LE(BigInt(indexAt), 0);
  where.writeBigUInt64LE(BigInt(indexBlock.length), 8);
  const hash = content.subarray(-hashBytes);
  return Buffer.concat([indexBlock, block([letters("TAIL"), where, hash, endMagic])]);
}

/** Reads the content of the index, whatever that says. */
export function decodeIndex(content: Buffer): unknown {
  return parse(checkHash(content, "its index"));
}

/** The hash at the end of an index's or header's content. */
export function hashAtEnd(content: Buffer): string {
  return content.subarray(-hashBytes).toString("hex");
}

/** Reads the last block, with its first eight bytes. */
export function decodeTail(bytes: Buffer): ContainerTail {
  const fault = new FormatFault("it does not end as one");
  if (bytes.length !== tailBytes || bytes.readUInt32LE(0) !== skippable) throw fault;
  if (bytes.readUInt32LE(4) !== tailBytes - blockHeadBytes) throw fault;
  const content = bytes.subarray(blockHeadBytes);
  if (blockType(content) !== "TAIL" || !content.subarray(-endMagic.length).equals(endMagic))
    throw fault;
  return {
    indexAt: Number(content.readBigUInt64LE(4)),
    indexBytes: Number(content.readBigUInt64LE(12)),
    sha256: content.subarray(20, 20 + hashBytes).toString("hex"),
  };
}

/** The length of a block's content. */
export function decodeBlockHead(bytes: Buffer): number {
  if (bytes.readUInt32LE(0) !== skippable) throw new FormatFault("there is no block");
  const length = bytes.readUInt32LE(4);
  if (length < 4 || length > jsonLimit)
    throw new FormatFault(`a block says that it has ${length} bytes`);
  return length;
}

/** Which block it is, by its content. */
export function blockType(content: Buffer): BlockType {
  const type = content.toString("latin1", 0, 4);
  if (type === "CHNK" || type === "INDX" || type === "TAIL") return type;
  throw new FormatFault("a block is of no kind that there is");
}

function block(parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(blockHeadBytes);
  head.writeUInt32LE(skippable, 0);
  head.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.length, 0),
    4,
  );
  return Buffer.concat([head, ...parts]);
}

function hashOf(fields: Uint8Array, frame: Uint8Array): string {
  return createHash("sha256").update(fields).update(frame).digest("hex");
}

function letters(type: BlockType): Buffer {
  return Buffer.from(type, "latin1");
}

function withHash(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.from(sha256(content), "hex")]);
}

function checkHash(content: Buffer, what: string): Buffer {
  const data = content.subarray(0, Math.max(0, content.length - hashBytes));
  if (sha256(data) !== hashAtEnd(content)) throw new FormatFault(`the hash of ${what} is another`);
  return data;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch (cause) {
    throw new FormatFault("what it says is not JSON", { cause });
  }
}

import type { Bytes } from "../image/bytes.ts";

/** A partition in blocks of the image. */
export interface Partition {
  readonly first: number;
  readonly blocks: number;
}

/** ECMA-167, 4/14.14.2: where something is recorded. */
export interface LongAd {
  /** Length in bytes. */
  readonly length: number;
  readonly kind: ExtentKind;
  /** Block within the partition. */
  readonly location: number;
  readonly partition: number;
}

/** ECMA-167, 4/14.14.1.1: what the two highest bits of a length say. */
export type ExtentKind = "recorded" | "allocated" | "free" | "continued";

const kinds = ["recorded", "allocated", "free", "continued"] as const;

/** A logical volume: what leads from blocks of partitions to bytes of the image. */
export interface LogicalVolume {
  readonly image: Bytes;
  readonly volumeId: string;
  readonly fileSet: LongAd;
  /** The byte position of `length` bytes from a block on; checked against the partition. */
  place(partition: number, block: number, length: number): number;
  readBlocks(partition: number, block: number, length: number): Promise<Buffer>;
}

/** A length with its kind. */
export function extentLength(value: number): {
  readonly length: number;
  readonly kind: ExtentKind;
} {
  return { length: value & 0x3fffffff, kind: kinds[value >>> 30] ?? "free" };
}

/** Reads a long allocation descriptor. */
export function longAd(buffer: Buffer, at: number): LongAd {
  return {
    ...extentLength(buffer.readUInt32LE(at)),
    location: buffer.readUInt32LE(at + 4),
    partition: buffer.readUInt16LE(at + 8),
  };
}

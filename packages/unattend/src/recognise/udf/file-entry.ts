import { bytesOf, damaged, type Bytes } from "../image/bytes.ts";
import { extentBytes, type Extent } from "../image/extents.ts";
import { requireTag, tags } from "./descriptor.ts";
import { extentLength, longAd, type LogicalVolume, type LongAd } from "./logical-volume.ts";

const blockBytes = 2048;

/** More extents than any file on read-only media has: 8 TiB in pieces of 1 GiB. */
const mostExtents = 8192;

/**
 * Opens what a file entry or an extended file entry describes (ECMA-167, 4/14.9 and 4/14.17).
 *
 * @throws UnattendError `UNATTEND_ISO_DAMAGED`.
 */
export async function openEntry(volume: LogicalVolume, name: string, icb: LongAd): Promise<Bytes> {
  const { image } = volume;
  const entry = await volume.readBlocks(icb.partition, icb.location, blockBytes);
  const tag = requireTag(image, entry, icb.location, [tags.fileEntry, tags.extendedFileEntry]);
  const lengths = tag === tags.fileEntry ? 168 : 208;
  const first = lengths + 8 + entry.readUInt32LE(lengths);
  const end = first + entry.readUInt32LE(lengths + 4);
  if (end > blockBytes)
    throw damaged(image.name, `the UDF entry of ${name} is longer than its block`);
  const size = Number(entry.readBigUInt64LE(56));
  if (!Number.isSafeInteger(size)) throw damaged(image.name, `${name} claims ${size} bytes`);
  const allocation = entry.subarray(first, end);
  const form = entry.readUInt16LE(34) & 7;
  if (form === 3) {
    if (size > allocation.length) throw damaged(image.name, `${name} is longer than its UDF entry`);
    return bytesOf(name, allocation.subarray(0, size));
  }
  if (form > 1)
    throw damaged(image.name, `the UDF entry of ${name} has descriptors of form ${form}`);
  const extents = await readExtents(volume, name, {
    descriptors: allocation,
    short: form === 0,
    partition: icb.partition,
  });
  return extentBytes(image, name, size, extents);
}

interface Allocation {
  readonly descriptors: Buffer;
  /** Short ones have no partition of their own: theirs is the entry's. */
  readonly short: boolean;
  readonly partition: number;
}

async function readExtents(
  volume: LogicalVolume,
  name: string,
  { descriptors, short, partition }: Allocation,
): Promise<Extent[]> {
  const extents: Extent[] = [];
  const step = short ? 8 : 16;
  let rest = descriptors;
  let read = 0;
  while (rest.length >= step) {
    read += 1;
    if (read > mostExtents) throw damaged(volume.image.name, `the extents of ${name} do not end`);
    const ad = short ? shortAd(rest, partition) : longAd(rest, 0);
    rest = rest.subarray(step);
    if (ad.length === 0) break;
    if (ad.kind === "continued") {
      rest = await readContinuation(volume, ad);
      continue;
    }
    const recorded = ad.kind === "recorded";
    extents.push({
      position: recorded ? volume.place(ad.partition, ad.location, ad.length) : undefined,
      length: ad.length,
    });
  }
  return extents;
}

/** ECMA-167, 4/14.14.1. */
function shortAd(buffer: Buffer, partition: number): LongAd {
  return {
    ...extentLength(buffer.readUInt32LE(0)),
    location: buffer.readUInt32LE(4),
    partition,
  };
}

/** ECMA-167, 4/14.5: an extent that holds further allocation descriptors. */
async function readContinuation(volume: LogicalVolume, ad: LongAd): Promise<Buffer> {
  const block = await volume.readBlocks(ad.partition, ad.location, blockBytes);
  requireTag(volume.image, block, ad.location, [tags.allocationExtent]);
  const end = 24 + block.readUInt32LE(20);
  if (end > blockBytes)
    throw damaged(volume.image.name, "UDF descriptors are longer than their block");
  return block.subarray(24, end);
}

import { damaged, unsupported, type Bytes } from "../image/bytes.ts";
import type { MediaNode } from "../image/node.ts";
import { dstring, requireTag, tagOf, tags } from "./descriptor.ts";
import { directoryNode } from "./directory.ts";
import { longAd, type LogicalVolume, type Partition } from "./logical-volume.ts";

/** UDF on media that are read by sectors of 2048 bytes (UDF 1.02 to 2.01, what Windows' own media have). */
const blockBytes = 2048;

/** ECMA-167, 2/8.3.1: descriptors that say which file system follows stand from sector 16 on. */
const firstRecognition = 16;
const mostRecognition = 64;

/** A sequence longer than this is none. */
const longestSequence = 256;

/** A UDF file system. */
export interface UdfVolume {
  readonly volumeId: string;
  readonly root: MediaNode;
}

/**
 * Finds UDF in an image, also beside ISO 9660 (a bridge disc). Reads no more than the descriptors.
 *
 * @returns undefined where the image does not claim to hold UDF.
 * @throws UnattendError `UNATTEND_ISO_DAMAGED`.
 */
export async function readUdf(image: Bytes): Promise<UdfVolume | undefined> {
  if (!(await claimsUdf(image))) return undefined;
  const volume = await readLogicalVolume(image, await findSequences(image));
  const { location, partition } = volume.fileSet;
  const descriptor = await volume.readBlocks(partition, location, blockBytes);
  requireTag(image, descriptor, location, [tags.fileSet]);
  // ECMA-167, 4/14.1.15: where the root directory's entry is.
  const root = longAd(descriptor, 400);
  return { volumeId: volume.volumeId, root: directoryNode(volume, root) };
}

async function claimsUdf(image: Bytes): Promise<boolean> {
  for (let at = firstRecognition; at < firstRecognition + mostRecognition; at += 1) {
    if ((at + 1) * blockBytes > image.sizeBytes) return false;
    const id = (await image.read(at * blockBytes, 6)).toString("latin1", 1, 6);
    if (id === "NSR02" || id === "NSR03") return true;
    if (!["CD001", "BEA01", "BOOT2", "CDW02"].includes(id)) return false;
  }
  return false;
}

interface Run {
  readonly block: number;
  readonly blocks: number;
}

/** UDF 2.2.3: the anchor stands in sector 256, in the last, or 256 before that; 512 on open media. */
async function findSequences(image: Bytes): Promise<readonly Run[]> {
  const last = Math.floor(image.sizeBytes / blockBytes) - 1;
  for (const block of [256, last, last - 256, 512]) {
    if (block < 0 || block > last) continue;
    const anchor = await image.read(block * blockBytes, blockBytes);
    if (tagOf(anchor, block) !== tags.anchor) continue;
    return [16, 24].map((at) => ({
      block: anchor.readUInt32LE(at + 4),
      blocks: Math.ceil(anchor.readUInt32LE(at) / blockBytes),
    }));
  }
  throw damaged(image.name, "its UDF file system has no anchor");
}

/** Takes the main sequence of volume descriptors, and the reserve where that one is not whole. */
async function readLogicalVolume(image: Bytes, sequences: readonly Run[]): Promise<LogicalVolume> {
  let fault: unknown;
  for (const run of sequences) {
    try {
      return await readSequence(image, run);
    } catch (error) {
      fault ??= error;
    }
  }
  throw fault;
}

async function readSequence(image: Bytes, run: Run): Promise<LogicalVolume> {
  let logical: Buffer | undefined;
  const partitions = new Map<number, Buffer>();
  let next: Run | undefined = run;
  let seen = 0;
  while (next !== undefined) {
    const { block, blocks }: Run = next;
    next = undefined;
    for (let at = 0; at < blocks; at += 1) {
      seen += 1;
      if (seen > longestSequence) throw damaged(image.name, "its UDF descriptors do not end");
      const descriptor = await image.read((block + at) * blockBytes, blockBytes);
      const tag = tagOf(descriptor, block + at);
      if (tag === undefined || tag === tags.terminator) break;
      if (tag === tags.pointer) {
        next = {
          block: descriptor.readUInt32LE(24),
          blocks: Math.ceil(descriptor.readUInt32LE(20) / blockBytes),
        };
        break;
      }
      if (tag === tags.logicalVolume && isNewer(descriptor, logical)) logical = descriptor;
      if (tag === tags.partition) {
        const number = descriptor.readUInt16LE(22);
        if (isNewer(descriptor, partitions.get(number))) partitions.set(number, descriptor);
      }
    }
  }
  if (logical === undefined) throw damaged(image.name, "its UDF file system has no logical volume");
  return logicalVolume(image, logical, partitions);
}

/** ECMA-167, 3/8.4.3: of descriptors of a kind the one with the highest sequence number prevails. */
function isNewer(descriptor: Buffer, than: Buffer | undefined): boolean {
  return than === undefined || descriptor.readUInt32LE(16) >= than.readUInt32LE(16);
}

function logicalVolume(
  image: Bytes,
  descriptor: Buffer,
  described: ReadonlyMap<number, Buffer>,
): LogicalVolume {
  if (descriptor.readUInt32LE(212) !== blockBytes) {
    throw unsupported(
      image.name,
      `its UDF blocks have ${descriptor.readUInt32LE(212)} bytes, not 2048`,
    );
  }
  const partitions = [...partitionMaps(image, descriptor)].map((number): Partition => {
    const partition = described.get(number);
    if (partition === undefined)
      throw damaged(image.name, `its UDF partition ${number} is missing`);
    return { first: partition.readUInt32LE(188), blocks: partition.readUInt32LE(192) };
  });
  const place = (partition: number, block: number, length: number): number => {
    const found = partitions[partition];
    if (found === undefined || block + Math.ceil(length / blockBytes) > found.blocks) {
      throw damaged(image.name, `block ${block} lies outside UDF partition ${partition}`);
    }
    return (found.first + block) * blockBytes;
  };
  return {
    image,
    volumeId: dstring(descriptor.subarray(84, 212)),
    fileSet: longAd(descriptor, 248),
    place,
    readBlocks: (partition, block, length) => image.read(place(partition, block, length), length),
  };
}

/** ECMA-167, 3/10.7: which partition each reference means. */
function* partitionMaps(image: Bytes, descriptor: Buffer): Generator<number> {
  const count = descriptor.readUInt32LE(268);
  let at = 440;
  for (let map = 0; map < count; map += 1) {
    if (at + 2 > blockBytes) throw damaged(image.name, "its UDF partition maps do not end");
    const type = descriptor.readUInt8(at);
    const length = descriptor.readUInt8(at + 1);
    if (type !== 1 || length !== 6) {
      const name = descriptor.toString("latin1", at + 5, at + 28).replace(/\0.*$/s, "");
      throw unsupported(
        image.name,
        `its UDF has a partition map that no Windows medium has ('${name}')`,
      );
    }
    yield descriptor.readUInt16LE(at + 4);
    at += length;
  }
}

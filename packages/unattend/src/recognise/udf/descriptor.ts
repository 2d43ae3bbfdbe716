import { damaged, type Bytes } from "../image/bytes.ts";
import { utf16be } from "../image/text.ts";

/** ECMA-167, 3/7.2 and 4/7.2: the kinds of descriptors that are read. */
export const tags = {
  anchor: 2,
  pointer: 3,
  partition: 5,
  logicalVolume: 6,
  terminator: 8,
  fileSet: 256,
  fileIdentifier: 257,
  allocationExtent: 258,
  fileEntry: 261,
  extendedFileEntry: 266,
} as const;

/** The kind of a descriptor, or undefined where its checksum, its CRC or its place is not right. */
export function tagOf(descriptor: Buffer, location: number): number | undefined {
  if (descriptor.length < 16) return undefined;
  let sum = 0;
  for (let at = 0; at < 16; at += 1) if (at !== 4) sum += descriptor.readUInt8(at);
  if ((sum & 0xff) !== descriptor.readUInt8(4)) return undefined;
  const length = descriptor.readUInt16LE(10);
  if (16 + length > descriptor.length) return undefined;
  if (crc16(descriptor.subarray(16, 16 + length)) !== descriptor.readUInt16LE(8)) return undefined;
  if (descriptor.readUInt32LE(12) !== location) return undefined;
  return descriptor.readUInt16LE(0);
}

/** Throws unless the descriptor is of one of the kinds. */
export function requireTag(
  image: Bytes,
  descriptor: Buffer,
  location: number,
  kinds: readonly number[],
): number {
  const tag = tagOf(descriptor, location);
  if (tag !== undefined && kinds.includes(tag)) return tag;
  throw damaged(
    image.name,
    `there is no valid UDF descriptor ${kinds.join(" or ")} in block ${location}`,
  );
}

/** ECMA-167, 1/7.2.12: characters in a field of fixed length, whose last byte is how many are used. */
export function dstring(field: Buffer): string {
  const used = Math.min(field.readUInt8(field.length - 1), field.length - 1);
  return compressedUnicode(field.subarray(0, used)).replace(/\0+$/, "");
}

/** UDF 2.1.1: 8 or 16 bits a character, as the first byte says; 254 and 255 mark names that were deleted. */
export function compressedUnicode(bytes: Buffer): string {
  if (bytes.length === 0) return "";
  const kind = bytes.readUInt8(0);
  const rest = bytes.subarray(1);
  if (kind === 8 || kind === 254) return rest.toString("latin1");
  return utf16be(rest);
}

/** ECMA-167, 1/7.2.6: CRC-16 with the polynomial 0x1021 (ITU-T V.41), from 0. */
export function crc16(bytes: Buffer): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    }
    crc &= 0xffff;
  }
  return crc;
}

// Number and date forms of ISO 9660 (ECMA-119, 7.2, 7.3, 8.4.26, 9.1.5).

export const sectorBytes = 2048;

/** A 16-bit number in both byte orders, as ECMA-119 wants it. */
export function both16(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(value, 0);
  bytes.writeUInt16BE(value, 2);
  return bytes;
}

/** A 32-bit number in both byte orders. */
export function both32(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return bytes;
}

/** 2026-01-01T00:00:00Z as directory records have it: the same in every image. */
export const recordDate: Buffer = Buffer.from([126, 1, 1, 0, 0, 0, 0]);

/** The same moment as volume descriptors have it. */
export const volumeDate: Buffer = Buffer.from("2026010100000000\0", "latin1");

/** "Not specified" in a volume descriptor. */
export const noDate: Buffer = Buffer.from("0000000000000000\0", "latin1");

/** How many sectors so many bytes need. */
export function sectorsFor(bytes: number): number {
  return Math.ceil(bytes / sectorBytes);
}

import { both16, both32, noDate, sectorBytes, volumeDate } from "./fields.ts";
import { ucs2 } from "./names.ts";

/** What a volume descriptor tells. */
export interface Volume {
  readonly label: string;
  readonly totalSectors: number;
  readonly pathTableBytes: number;
  readonly littleEndianTable: number;
  readonly bigEndianTable: number;
  readonly rootRecord: Buffer;
}

const preparer = "WINVM";

/** The primary descriptor (ECMA-119, 8.4). */
export function primaryDescriptor(volume: Volume): Buffer {
  return descriptor(volume, 1, (text, bytes) => Buffer.from(text.padEnd(bytes), "latin1"));
}

/** The descriptor of the Joliet names, UCS-2 level 3 (Joliet Specification; ECMA-119, 8.5). */
export function jolietDescriptor(volume: Volume): Buffer {
  const sector = descriptor(volume, 2, (text, bytes) => {
    const field = Buffer.alloc(bytes);
    ucs2(text.padEnd(Math.floor(bytes / 2))).copy(field);
    return field;
  });
  sector.write("%/E", 88, "latin1");
  return sector;
}

/** The descriptor that ends the list. */
export function terminator(): Buffer {
  return begin(255);
}

function descriptor(
  volume: Volume,
  type: number,
  text: (value: string, bytes: number) => Buffer,
): Buffer {
  const sector = begin(type);
  text("", 32).copy(sector, 8); // system
  text(volume.label, 32).copy(sector, 40);
  both32(volume.totalSectors).copy(sector, 80);
  both16(1).copy(sector, 120); // volumes in the set
  both16(1).copy(sector, 124); // number of this one
  both16(sectorBytes).copy(sector, 128);
  both32(volume.pathTableBytes).copy(sector, 132);
  sector.writeUInt32LE(volume.littleEndianTable, 140);
  sector.writeUInt32BE(volume.bigEndianTable, 148);
  volume.rootRecord.copy(sector, 156);
  text("", 128).copy(sector, 190); // volume set
  text("", 128).copy(sector, 318); // publisher
  text(preparer, 128).copy(sector, 446);
  text("", 128).copy(sector, 574); // application
  for (const at of [702, 739, 776]) text("", 37).copy(sector, at); // copyright, abstract, bibliography
  volumeDate.copy(sector, 813); // made
  volumeDate.copy(sector, 830); // changed
  noDate.copy(sector, 847); // expires
  noDate.copy(sector, 864); // effective
  sector.writeUInt8(1, 881);
  return sector;
}

function begin(type: number): Buffer {
  const sector = Buffer.alloc(sectorBytes);
  sector.writeUInt8(type, 0);
  sector.write("CD001", 1, "latin1");
  sector.writeUInt8(1, 6);
  return sector;
}

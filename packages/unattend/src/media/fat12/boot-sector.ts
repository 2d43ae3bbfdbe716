import {
  fatCount,
  fatSectors,
  mediaByte,
  rootEntries,
  sectorBytes,
  totalSectors,
  volumeLabel,
  volumeSerial,
} from "./geometry.ts";

/** The first sector: what the disk looks like, and a program that lets the BIOS go on to the next boot device. */
export function bootSector(): Buffer {
  const sector = Buffer.alloc(sectorBytes);
  sector.set([0xeb, 0x3c, 0x90], 0); // jump over the description
  sector.write("MSDOS5.0", 3, "latin1"); // some readers look at this name
  sector.writeUInt16LE(sectorBytes, 11);
  sector.writeUInt8(1, 13); // sectors in a cluster
  sector.writeUInt16LE(1, 14); // reserved sectors: this one
  sector.writeUInt8(fatCount, 16);
  sector.writeUInt16LE(rootEntries, 17);
  sector.writeUInt16LE(totalSectors, 19);
  sector.writeUInt8(mediaByte, 21);
  sector.writeUInt16LE(fatSectors, 22);
  sector.writeUInt16LE(18, 24); // sectors in a track
  sector.writeUInt16LE(2, 26); // heads
  sector.writeUInt8(0x29, 38); // serial, label and type follow
  sector.writeUInt32LE(volumeSerial, 39);
  sector.write(volumeLabel, 43, "latin1");
  sector.write("FAT12   ", 54, "latin1");
  sector.set([0xcd, 0x18, 0xf4, 0xeb, 0xfd], 62); // int 18h; hlt; jump back to it
  sector.set([0x55, 0xaa], 510);
  return sector;
}

// The one format of a 3.5-inch high-density disk (Microsoft, FAT: General Overview of On-Disk Format).
export const sectorBytes = 512;
export const totalSectors = 2880;
export const imageBytes: number = totalSectors * sectorBytes; // 1,474,560
export const fatSectors = 9;
export const fatCount = 2;
export const rootEntries = 224;
export const entryBytes = 32;
export const rootStart: number = 1 + fatCount * fatSectors;
export const dataStart: number = rootStart + (rootEntries * entryBytes) / sectorBytes;
/** Clusters are single sectors; the first has the number 2. */
export const clusterCount: number = totalSectors - dataStart;
/** Media descriptor of this format. */
export const mediaByte = 0xf0;
/** 2026-01-01, 00:00, as directory entries have it. */
export const entryDate: number = ((2026 - 1980) << 9) | (1 << 5) | 1;
/** The serial number of every volume, so that the same files give the same bytes. */
export const volumeSerial = 0x57494e56;
export const volumeLabel = "WINVM      ";

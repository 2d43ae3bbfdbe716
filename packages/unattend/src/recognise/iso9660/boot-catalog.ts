import type { Bytes } from "../image/bytes.ts";
import { damaged } from "../image/bytes.ts";
import { sectorBytes } from "./volume.ts";

/** One thing that the medium can boot (El Torito 1.0; UEFI specification, 13.3.2.1 for platform 0xEF). */
export interface BootEntry {
  readonly platform: "bios" | "uefi" | "other";
  readonly bootable: boolean;
}

/** Room for 256 entries: media have two. */
const catalogBytes = 4 * sectorBytes;

/**
 * Reads a boot catalogue.
 *
 * @throws UnattendError `UNATTEND_ISO_DAMAGED` when the validation entry is none.
 */
export async function readBootCatalog(image: Bytes, sector: number): Promise<BootEntry[]> {
  const position = sector * sectorBytes;
  const length = Math.max(Math.min(catalogBytes, image.sizeBytes - position), 64);
  const catalog = await image.read(position, length);
  requireValidation(image, catalog.subarray(0, 32));
  const entries = [bootEntry(catalog.subarray(32, 64), catalog.readUInt8(1))];
  for (let at = 64; at + 32 <= catalog.length;) {
    const header = catalog.readUInt8(at);
    if (header !== 0x90 && header !== 0x91) break;
    const platform = catalog.readUInt8(at + 1);
    const count = catalog.readUInt16LE(at + 2);
    at += 32;
    for (let left = count; left > 0 && at + 32 <= catalog.length; at += 32) {
      const entry = catalog.subarray(at, at + 32);
      if (entry.readUInt8(0) === 0x44) continue; // a continuation of the entry before
      entries.push(bootEntry(entry, platform));
      left -= 1;
    }
    if (header === 0x91) break;
  }
  return entries;
}

function requireValidation(image: Bytes, entry: Buffer): void {
  let sum = 0;
  for (let at = 0; at < 32; at += 2) sum += entry.readUInt16LE(at);
  if (entry.readUInt8(0) === 1 && entry.readUInt16LE(30) === 0xaa55 && (sum & 0xffff) === 0) return;
  throw damaged(image.name, "its boot catalogue has no valid first entry");
}

function bootEntry(entry: Buffer, platform: number): BootEntry {
  return {
    platform: platform === 0xef ? "uefi" : platform === 0 ? "bios" : "other",
    bootable: entry.readUInt8(0) === 0x88,
  };
}

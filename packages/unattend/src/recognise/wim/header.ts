import { damaged, type Bytes } from "../image/bytes.ts";

/** Where something is in a WIM file. */
export interface WimResource {
  readonly position: number;
  readonly sizeBytes: number;
  readonly compressed: boolean;
}

/** Offsets in the header (Microsoft, Windows Imaging File Format): 208 bytes, all little-endian. */
const headerBytes = 208;
const at = { size: 8, version: 12, xml: 72 } as const;
/** Of a WIM, and of the solid form that Microsoft calls ESD. */
const versions = [0x10d00, 0xe00];

/**
 * Where the XML of a WIM or ESD file is, by its header.
 *
 * @throws UnattendError `UNATTEND_ISO_DAMAGED`.
 */
export async function findWimXml(file: Bytes): Promise<WimResource> {
  const header = await file.read(0, headerBytes);
  if (header.toString("latin1", 0, 8) !== "MSWIM\0\0\0") {
    throw damaged(file.name, "it does not begin as a WIM file does");
  }
  const version = header.readUInt32LE(at.version);
  if (!versions.includes(version) || header.readUInt32LE(at.size) !== headerBytes) {
    throw damaged(file.name, `it has an unknown WIM version, ${version}`);
  }
  const flagsAndSize = header.readBigUInt64LE(at.xml);
  return {
    position: Number(header.readBigUInt64LE(at.xml + 8)),
    sizeBytes: Number(flagsAndSize & 0xff_ffff_ffff_ffffn),
    compressed: ((flagsAndSize >> 56n) & 4n) !== 0n,
  };
}

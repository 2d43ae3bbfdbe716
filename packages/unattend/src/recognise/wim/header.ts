import { damaged, type Bytes } from "../image/bytes.ts";

/** Where something is in a WIM file. */
export interface WimResource {
  readonly position: number;
  readonly sizeBytes: number;
  readonly compressed: boolean;
}

/** The header of a WIM file (Microsoft, Windows Imaging File Format). ESD is the same with another version. */
export interface WimHeader {
  /** `solid` is what Microsoft calls ESD. */
  readonly form: "plain" | "solid";
  /** Number of images. */
  readonly images: number;
  /** Which part of how many, for split files (`install.swm`). */
  readonly part: number;
  readonly parts: number;
  readonly xml: WimResource;
}

/** Offsets in the header: 208 bytes, all little-endian. */
const headerBytes = 208;
const at = { size: 8, version: 12, part: 40, parts: 42, images: 44, xml: 72 } as const;
const versions = new Map<number, WimHeader["form"]>([
  [0x10d00, "plain"],
  [0xe00, "solid"],
]);

/**
 * Reads the header of a WIM or ESD file.
 *
 * @throws UnattendError `UNATTEND_ISO_DAMAGED`.
 */
export async function readWimHeader(file: Bytes): Promise<WimHeader> {
  const header = await file.read(0, headerBytes);
  if (header.toString("latin1", 0, 8) !== "MSWIM\0\0\0") {
    throw damaged(file.name, "it does not begin as a WIM file does");
  }
  const form = versions.get(header.readUInt32LE(at.version));
  if (form === undefined || header.readUInt32LE(at.size) !== headerBytes) {
    throw damaged(file.name, `it has an unknown WIM version, ${header.readUInt32LE(at.version)}`);
  }
  const flagsAndSize = header.readBigUInt64LE(at.xml);
  return {
    form,
    images: header.readUInt32LE(at.images),
    part: header.readUInt16LE(at.part),
    parts: header.readUInt16LE(at.parts),
    xml: {
      position: Number(header.readBigUInt64LE(at.xml + 8)),
      sizeBytes: Number(flagsAndSize & 0xff_ffff_ffff_ffffn),
      compressed: ((flagsAndSize >> 56n) & 4n) !== 0n,
    },
  };
}

import { largestPiece, type Bytes } from "../image/bytes.ts";
import { utf16be } from "../image/text.ts";

/** ECMA-119, 6.1.2: what Microsoft's media and every CD have. */
export const sectorBytes = 2048;

/** One of the two hierarchies of names in an ISO 9660 volume. */
export interface IsoHierarchy {
  readonly names: "plain" | "joliet";
  readonly volumeId: string;
  /** First sector and length in bytes of the root directory. */
  readonly root: { readonly sector: number; readonly lengthBytes: number };
}

/** What the volume descriptors of ISO 9660 say. */
export interface IsoVolume {
  readonly volumeId: string;
  /** Length of the volume in sectors. */
  readonly sectors: number;
  readonly plain: IsoHierarchy;
  readonly joliet?: IsoHierarchy | undefined;
  /** The sector of El Torito's boot catalogue, where the volume can be booted. */
  readonly bootCatalog?: number | undefined;
}

/** ECMA-119, 8: descriptors stand from sector 16 on; no real volume has more than a handful. */
const firstDescriptor = 16;
const mostDescriptors = 64;

/** Reads the volume descriptors; undefined where there is no ISO 9660. Pure but for the reads. */
export async function readIsoVolume(image: Bytes): Promise<IsoVolume | undefined> {
  let primary: Buffer | undefined;
  let supplementary: Buffer | undefined;
  let bootCatalog: number | undefined;
  for (let at = firstDescriptor; at < firstDescriptor + mostDescriptors; at += 1) {
    if ((at + 1) * sectorBytes > image.sizeBytes) break;
    const sector = await image.read(at * sectorBytes, sectorBytes);
    if (sector.toString("latin1", 1, 6) !== "CD001") break;
    const type = sector.readUInt8(0);
    if (type === 255) break;
    if (type === 0 && sector.toString("latin1", 7, 30) === "EL TORITO SPECIFICATION") {
      bootCatalog ??= sector.readUInt32LE(71);
    }
    if (type === 1) primary ??= sector;
    // Joliet: UCS-2 level 1, 2 or 3.
    if (type === 2 && /^%\/[@CE]/.test(sector.toString("latin1", 88, 91))) supplementary ??= sector;
  }
  if (primary === undefined) return undefined;
  const plain = hierarchy(primary, "plain");
  return {
    volumeId: plain.volumeId,
    sectors: primary.readUInt32LE(80),
    plain,
    ...(supplementary === undefined ? {} : { joliet: hierarchy(supplementary, "joliet") }),
    ...(bootCatalog === undefined ? {} : { bootCatalog }),
  };
}

function hierarchy(descriptor: Buffer, names: "plain" | "joliet"): IsoHierarchy {
  const id = descriptor.subarray(40, 72);
  const text = names === "plain" ? id.toString("latin1") : utf16be(id);
  return {
    names,
    volumeId: text.replace(/[\0 ]+$/, ""),
    // ECMA-119, 8.4.18: a directory record of the root stands at byte 156.
    root: {
      sector: descriptor.readUInt32LE(158),
      lengthBytes: Math.min(descriptor.readUInt32LE(166), largestPiece),
    },
  };
}

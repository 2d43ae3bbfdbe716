import { damaged, type Bytes } from "../image/bytes.ts";
import { extentBytes, type Extent } from "../image/extents.ts";
import type { MediaNode } from "../image/node.ts";
import { utf16be } from "../image/text.ts";
import { sectorBytes, type IsoHierarchy } from "./volume.ts";

/** The root directory of a hierarchy. Directories are read when they are asked for. */
export function isoRoot(image: Bytes, { names, root }: IsoHierarchy): MediaNode {
  const extent = { position: root.sector * sectorBytes, length: root.lengthBytes };
  return node(image, names, { name: "", directory: true, extents: [extent] });
}

interface IsoEntry {
  readonly name: string;
  readonly directory: boolean;
  /** More than one for files of 4 GiB and more. */
  readonly extents: readonly Extent[];
}

function node(image: Bytes, names: IsoHierarchy["names"], entry: IsoEntry): MediaNode {
  const open = async (): Promise<Bytes> => {
    const size = entry.extents.reduce((sum, { length }) => sum + length, 0);
    return extentBytes(
      image,
      entry.name === "" ? "the root directory" : entry.name,
      size,
      entry.extents,
    );
  };
  return {
    name: entry.name,
    directory: entry.directory,
    open,
    children: async () => {
      if (!entry.directory) return [];
      const directory = await open();
      const content = await directory.read(0, directory.sizeBytes);
      return [...entries(image, names, content)].map((child) => node(image, names, child));
    },
  };
}

/** ECMA-119, 9.1: records stand one after the other and do not cross sectors. */
function* entries(
  image: Bytes,
  names: IsoHierarchy["names"],
  content: Buffer,
): Generator<IsoEntry> {
  let earlier: Extent[] = [];
  for (let at = 0; at < content.length;) {
    const length = content.readUInt8(at);
    if (length === 0) {
      at = (Math.floor(at / sectorBytes) + 1) * sectorBytes; // the rest of a sector is empty
      continue;
    }
    const idLength = length < 34 || at + length > content.length ? 256 : content.readUInt8(at + 32);
    if (33 + idLength > length)
      throw damaged(image.name, "a directory record is longer than its place");
    const record = content.subarray(at, at + length);
    at += length;
    const identifier = record.subarray(33, 33 + idLength);
    if (idLength === 1 && identifier.readUInt8(0) < 2) continue; // itself and its parent
    const flags = record.readUInt8(25);
    const extent = {
      // The extended attribute record, if any, comes first.
      position: (record.readUInt32LE(2) + record.readUInt8(1)) * sectorBytes,
      length: record.readUInt32LE(10),
    };
    earlier.push(extent);
    // A file in several sections: all records but the last have this flag.
    if ((flags & 0x80) !== 0) continue;
    const extents = earlier;
    earlier = [];
    yield { name: fileName(identifier, names), directory: (flags & 2) !== 0, extents };
  }
}

/** The name without version and without the dot of an empty extension. */
function fileName(identifier: Buffer, names: IsoHierarchy["names"]): string {
  const text = names === "plain" ? identifier.toString("latin1") : utf16be(identifier);
  return text.replace(/;\d+$/, "").replace(/\.$/, "");
}

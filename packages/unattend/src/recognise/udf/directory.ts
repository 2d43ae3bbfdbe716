import { damaged, type Bytes } from "../image/bytes.ts";
import type { MediaNode } from "../image/node.ts";
import { compressedUnicode, tags } from "./descriptor.ts";
import { openEntry } from "./file-entry.ts";
import { longAd, type LogicalVolume, type LongAd } from "./logical-volume.ts";

/** A directory, by where its entry is. It is read when its children are asked for. */
export function directoryNode(volume: LogicalVolume, icb: LongAd, name = ""): MediaNode {
  const open = (): Promise<Bytes> =>
    openEntry(volume, name === "" ? "the root directory" : name, icb);
  return {
    name,
    directory: true,
    open,
    children: async () => {
      const directory = await open();
      const content = await directory.read(0, directory.sizeBytes);
      return [...identifiers(volume, content)];
    },
  };
}

function fileNode(volume: LogicalVolume, icb: LongAd, name: string): MediaNode {
  return {
    name,
    directory: false,
    open: () => openEntry(volume, name, icb),
    children: async () => [],
  };
}

/** ECMA-167, 4/14.4.3: what the bits of a file identifier say. */
const characteristics = { directory: 2, deleted: 4, parent: 8 } as const;

/** ECMA-167, 4/14.4: file identifiers stand one after the other, each padded to four bytes. */
function* identifiers(volume: LogicalVolume, content: Buffer): Generator<MediaNode> {
  for (let at = 0; at < content.length;) {
    const head = content.subarray(at, at + 38);
    const end = head.length < 38 ? Infinity : 38 + head.readUInt16LE(36) + head.readUInt8(19);
    // Its CRC covers the name; the place in its tag is not kept right by all writers, so neither is asked for.
    if (at + end > content.length || head.readUInt16LE(0) !== tags.fileIdentifier) {
      throw damaged(
        volume.image.name,
        "a UDF directory holds something that is no file identifier",
      );
    }
    const flags = head.readUInt8(18);
    const icb = longAd(head, 20);
    const name = compressedUnicode(content.subarray(at + end - head.readUInt8(19), at + end));
    at += Math.ceil(end / 4) * 4;
    if ((flags & (characteristics.deleted | characteristics.parent)) !== 0) continue;
    yield (flags & characteristics.directory) === 0
      ? fileNode(volume, icb, name)
      : directoryNode(volume, icb, name);
  }
}

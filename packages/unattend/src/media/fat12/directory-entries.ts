import { entryBytes, entryDate, volumeLabel } from "./geometry.ts";
import { shortName, shortNameChecksum } from "./short-name.ts";

/** What a directory entry points to. */
export interface EntryTarget {
  readonly name: string;
  readonly directory: boolean;
  /** First cluster; 0 for an empty file. */
  readonly cluster: number;
  /** Length in bytes; 0 for directories. */
  readonly length: number;
}

const attributes = { volumeLabel: 0x08, directory: 0x10, archive: 0x20, longName: 0x0f } as const;
/** UTF-16 units that one long-name entry holds, and where in it. */
const longNamePlaces = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] as const;

/** The entries of a directory, in the given order. */
export function directoryEntries(targets: readonly EntryTarget[]): Buffer {
  const taken = new Set<string>();
  return Buffer.concat(
    targets.map((target) => {
      const { bytes, caseBits, needsLongName } = shortName(target.name, taken);
      taken.add(bytes);
      const short = shortEntry(bytes, target, caseBits);
      return needsLongName ? Buffer.concat([...longNameEntries(target.name, bytes), short]) : short;
    }),
  );
}

/** The two entries that every directory but the root begins with. A parent of 0 is the root. */
export function dotEntries(self: number, parent: number): Buffer {
  return Buffer.concat([dotEntry(".", self), dotEntry("..", parent)]);
}

function dotEntry(name: string, cluster: number): Buffer {
  return shortEntry(name.padEnd(11), { name, directory: true, cluster, length: 0 }, 0);
}

/** The entry that holds the volume's label. */
export function labelEntry(): Buffer {
  const entry = shortEntry(volumeLabel, { name: "", directory: false, cluster: 0, length: 0 }, 0);
  entry.writeUInt8(attributes.volumeLabel, 11);
  return entry;
}

function shortEntry(bytes: string, target: EntryTarget, caseBits: number): Buffer {
  const entry = Buffer.alloc(entryBytes);
  entry.write(bytes, 0, "latin1");
  entry.writeUInt8(target.directory ? attributes.directory : attributes.archive, 11);
  entry.writeUInt8(caseBits, 12);
  entry.writeUInt16LE(entryDate, 16); // made
  entry.writeUInt16LE(entryDate, 18); // read
  entry.writeUInt16LE(entryDate, 24); // written
  entry.writeUInt16LE(target.cluster, 26);
  entry.writeUInt32LE(target.length, 28);
  return entry;
}

/** The long name in pieces of 13 units, the last piece first. */
function longNameEntries(name: string, shortBytes: string): Buffer[] {
  const checksum = shortNameChecksum(shortBytes);
  const count = Math.ceil(name.length / longNamePlaces.length);
  return Array.from({ length: count }, (_, at) => {
    const number = count - at;
    const entry = Buffer.alloc(entryBytes);
    entry.writeUInt8(number | (at === 0 ? 0x40 : 0), 0);
    entry.writeUInt8(attributes.longName, 11);
    entry.writeUInt8(checksum, 13);
    longNamePlaces.forEach((place, unit) => {
      const position = (number - 1) * longNamePlaces.length + unit;
      const beyond = position === name.length ? 0 : 0xffff;
      const value = position < name.length ? name.charCodeAt(position) : beyond;
      entry.writeUInt16LE(value, place);
    });
    return entry;
  });
}

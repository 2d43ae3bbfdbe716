import type { TreeDirectory } from "../tree.ts";
import { both16, both32, recordDate, sectorBytes, sectorsFor } from "./fields.ts";
import type { NamedEntry, NameSpace } from "./names.ts";

/** A directory in one of the two name spaces. */
interface Placed<C> {
  readonly directory: TreeDirectory<C>;
  readonly identifier: Buffer;
  /** Position of the parent in the list of directories; the root is its own. */
  readonly parent: number;
  readonly entries: readonly NamedEntry<C>[];
  readonly sectors: number;
}

/** Where a file's content lies. */
export interface Extent {
  readonly sector: number;
  readonly length: number;
}

/** All directories in one name space, in the order of the path table. */
export interface Hierarchy<C> {
  readonly directories: readonly Placed<C>[];
  /** Sectors that all directories take together. */
  readonly sectors: number;
  readonly pathTableBytes: number;
}

/** Names the tree's entries; the order is level by level, parent by parent, name by name (ECMA-119, 6.9.1). */
export function hierarchy<C>(root: TreeDirectory<C>, names: NameSpace): Hierarchy<C> {
  const first = place(root, Buffer.from([0]), 0, names);
  const directories = [first];
  // The list grows while it is walked.
  for (const [number, { entries }] of directories.entries()) {
    for (const { entry, identifier } of entries) {
      if (entry.kind === "directory") directories.push(place(entry, identifier, number, names));
    }
  }
  return {
    directories,
    sectors: sum(directories.map(({ sectors }) => sectors)),
    pathTableBytes: sum(directories.map(({ identifier }) => 8 + even(identifier.length))),
  };
}

/** The path table, little-endian or big-endian. */
export function pathTable<C>(
  { directories }: Hierarchy<C>,
  start: number,
  order: "LE" | "BE",
): Buffer {
  const starts = startSectors(directories, start);
  return Buffer.concat(
    directories.map(({ identifier, parent }, number) => {
      const entry = Buffer.alloc(8 + even(identifier.length));
      entry.writeUInt8(identifier.length, 0);
      const sector = starts[number] ?? 0;
      if (order === "LE") {
        entry.writeUInt32LE(sector, 2);
        entry.writeUInt16LE(parent + 1, 6);
      } else {
        entry.writeUInt32BE(sector, 2);
        entry.writeUInt16BE(parent + 1, 6);
      }
      identifier.copy(entry, 8);
      return entry;
    }),
  );
}

/** The sectors of all directories, the first at `start`. */
export function directorySectors<C>(
  { directories }: Hierarchy<C>,
  start: number,
  extentOf: (content: C) => Extent,
): Buffer {
  const starts = startSectors(directories, start);
  const numbers = new Map(directories.map(({ directory }, number) => [directory, number]));
  const extentOfDirectory = (number: number): Extent => ({
    sector: starts[number] ?? 0,
    length: (directories[number]?.sectors ?? 0) * sectorBytes,
  });
  return Buffer.concat(
    directories.map(({ parent, entries, sectors }, number) => {
      const records = [
        directoryRecord(Buffer.from([0]), extentOfDirectory(number), true),
        directoryRecord(Buffer.from([1]), extentOfDirectory(parent), true),
        ...entries.map(({ entry, identifier }) =>
          entry.kind === "directory"
            ? directoryRecord(identifier, extentOfDirectory(numbers.get(entry) ?? 0), true)
            : directoryRecord(identifier, extentOf(entry.content), false),
        ),
      ];
      const bytes = Buffer.alloc(sectors * sectorBytes);
      let at = 0;
      for (const record of records) {
        at = recordPosition(at, record.length);
        record.copy(bytes, at);
        at += record.length;
      }
      return bytes;
    }),
  );
}

/** The root's record, as it stands in a volume descriptor. */
export function rootRecord<C>({ directories }: Hierarchy<C>, start: number): Buffer {
  const length = (directories[0]?.sectors ?? 0) * sectorBytes;
  return directoryRecord(Buffer.from([0]), { sector: start, length }, true);
}

function place<C>(
  directory: TreeDirectory<C>,
  identifier: Buffer,
  parent: number,
  names: NameSpace,
): Placed<C> {
  const entries = names(directory.entries);
  let end = 2 * recordLength(1);
  for (const entry of entries) {
    const length = recordLength(entry.identifier.length);
    end = recordPosition(end, length) + length;
  }
  return { directory, identifier, parent, entries, sectors: sectorsFor(end) };
}

/** Where the next record begins: records do not cross sectors. */
function recordPosition(at: number, length: number): number {
  const room = sectorBytes - (at % sectorBytes);
  return length > room ? at + room : at;
}

function directoryRecord(identifier: Buffer, extent: Extent, isDirectory: boolean): Buffer {
  const record = Buffer.alloc(recordLength(identifier.length));
  record.writeUInt8(record.length, 0);
  both32(extent.sector).copy(record, 2);
  both32(extent.length).copy(record, 10);
  recordDate.copy(record, 18);
  record.writeUInt8(isDirectory ? 2 : 0, 25);
  both16(1).copy(record, 28);
  record.writeUInt8(identifier.length, 32);
  identifier.copy(record, 33);
  return record;
}

function recordLength(identifierLength: number): number {
  return even(33 + identifierLength);
}

function even(value: number): number {
  return value + (value % 2);
}

function startSectors<C>(directories: readonly Placed<C>[], start: number): number[] {
  let next = start;
  return directories.map(({ sectors }) => {
    const sector = next;
    next += sectors;
    return sector;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

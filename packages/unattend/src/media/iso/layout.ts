import type { Fault } from "@winvm/runtime";
import { throwFaults } from "../../errors.ts";
import { buildTree } from "../tree.ts";
import type { NameLimits, TreeDirectory, TreeFile } from "../tree.ts";
import { sectorBytes, sectorsFor } from "./fields.ts";
import { directorySectors, hierarchy, pathTable, rootRecord } from "./hierarchy.ts";
import type { Extent } from "./hierarchy.ts";
import { jolietNames, plainNames } from "./names.ts";
import { jolietDescriptor, primaryDescriptor, terminator } from "./volume-descriptors.ts";

/** A file's place in the image. */
export interface IsoPlace extends Extent {
  readonly path: string;
}

/** An image without its files' content. */
export interface IsoLayout {
  /** Everything before the first file, in whole sectors. */
  readonly head: Buffer;
  /** The files in the order in which they follow. */
  readonly places: readonly IsoPlace[];
  readonly totalBytes: number;
}

/** The content that the tree carries: what is needed to look the extent up. */
interface Sized {
  readonly path: string;
  readonly length: number;
}

const descriptorsStart = 16;
const tablesStart: number = descriptorsStart + 3;
/** Joliet: 64 units in a name, and these characters in none. ECMA-119: eight levels of directories. */
export const isoNameLimits: NameLimits = { maxLength: 64, forbidden: ";", maxDepth: 8 };
/** One extent holds no more; several for a file are not written. */
const longestFile = 0xffff_ffff;

/**
 * Where everything goes in an image with these files.
 *
 * @param sizes path → length in bytes
 * @throws UnattendError `UNATTEND_MEDIA_INVALID` with every fault in `data.faults`.
 */
export function layoutIso(label: string, sizes: Readonly<Record<string, number>>): IsoLayout {
  const contents = Object.fromEntries(
    Object.entries(sizes).map(([path, length]) => [path, { path, length }]),
  );
  const { root, faults } = buildTree<Sized>(contents, isoNameLimits);
  throwFaults("UNATTEND_MEDIA_INVALID", `make the ISO image ${label}`, [
    ...labelFaults(label),
    ...faults,
    ...sizeFaults(sizes),
  ]);
  return place(label, root);
}

function place(label: string, root: TreeDirectory<Sized>): IsoLayout {
  const plain = hierarchy(root, plainNames);
  const joliet = hierarchy(root, jolietNames);
  const plainTable = sectorsFor(plain.pathTableBytes);
  const jolietTable = sectorsFor(joliet.pathTableBytes);
  const plainStart = tablesStart + 2 * plainTable + 2 * jolietTable;
  const jolietStart = plainStart + plain.sectors;
  const { places, end } = placeFiles(allFiles(root), jolietStart + joliet.sectors);
  const extents = new Map(places.map((one) => [one.path, one]));
  const extentOf = ({ path }: Sized): Extent => extents.get(path) ?? { sector: 0, length: 0 };
  const volume = (tree: typeof plain, table: number, tableSectors: number, start: number) => ({
    label,
    totalSectors: end,
    pathTableBytes: tree.pathTableBytes,
    littleEndianTable: table,
    bigEndianTable: table + tableSectors,
    rootRecord: rootRecord(tree, start),
  });
  const head = Buffer.concat([
    Buffer.alloc(descriptorsStart * sectorBytes),
    primaryDescriptor(volume(plain, tablesStart, plainTable, plainStart)),
    jolietDescriptor(volume(joliet, tablesStart + 2 * plainTable, jolietTable, jolietStart)),
    terminator(),
    padded(pathTable(plain, plainStart, "LE")),
    padded(pathTable(plain, plainStart, "BE")),
    padded(pathTable(joliet, jolietStart, "LE")),
    padded(pathTable(joliet, jolietStart, "BE")),
    directorySectors(plain, plainStart, extentOf),
    directorySectors(joliet, jolietStart, extentOf),
  ]);
  return { head, places, totalBytes: end * sectorBytes };
}

function placeFiles(
  files: readonly TreeFile<Sized>[],
  start: number,
): { places: IsoPlace[]; end: number } {
  let sector = start;
  const places = files.map(({ path, content: { length } }) => {
    // An empty file has no extent.
    const at = { path, length, sector: length === 0 ? 0 : sector };
    sector += sectorsFor(length);
    return at;
  });
  return { places, end: sector };
}

function allFiles(directory: TreeDirectory<Sized>): TreeFile<Sized>[] {
  return directory.entries.flatMap((entry) => (entry.kind === "file" ? [entry] : allFiles(entry)));
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes], sectorsFor(bytes.length) * sectorBytes);
}

function labelFaults(label: string): Fault[] {
  if (/^[A-Z0-9_]{1,16}$/.test(label)) return [];
  return [{ path: "label", expected: "1 to 16 of A-Z, 0-9 and _", value: label }];
}

function sizeFaults(sizes: Readonly<Record<string, number>>): Fault[] {
  return Object.entries(sizes)
    .filter(([, length]) => length > longestFile)
    .map(([path, value]) => ({ path, expected: `at most ${longestFile} bytes`, value }));
}

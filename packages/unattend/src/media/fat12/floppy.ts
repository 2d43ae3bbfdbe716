import type { Fault } from "@winvm/runtime";
import { throwFaults } from "../../errors.ts";
import type { FileMap } from "../file-map.ts";
import { buildTree } from "../tree.ts";
import type { TreeDirectory, TreeEntry } from "../tree.ts";
import { bootSector } from "./boot-sector.ts";
import { directoryEntries, dotEntries, labelEntry } from "./directory-entries.ts";
import {
  clusterCount,
  dataStart,
  entryBytes,
  fatCount,
  fatSectors,
  imageBytes,
  mediaByte,
  rootEntries,
  rootStart,
  sectorBytes,
} from "./geometry.ts";

/**
 * A floppy image, FAT12, 1,474,560 bytes, label `WINVM`. Long names are kept. The same files give the same bytes.
 *
 * @throws UnattendError `UNATTEND_MEDIA_INVALID` with every fault in `data.faults`: a name that Windows cannot open,
 *   two names that differ in case only, more than fits.
 */
export function writeFloppy(files: FileMap): Buffer {
  const asked = "make a floppy image";
  const { root, faults } = buildTree(files, { maxLength: 255, forbidden: "", maxDepth: 16 });
  throwFaults("UNATTEND_MEDIA_INVALID", asked, faults);
  const disk = new Disk();
  const entries = Buffer.concat([labelEntry(), disk.store(root.entries, 0)]);
  throwFaults("UNATTEND_MEDIA_INVALID", asked, capacityFaults(disk, entries));
  return disk.image(entries);
}

function capacityFaults(disk: Disk, root: Buffer): Fault[] {
  const faults: Fault[] = [];
  if (disk.used > clusterCount) {
    const expected = `at most ${clusterCount * sectorBytes} bytes in sectors of ${sectorBytes}`;
    faults.push({ path: "files", expected, value: disk.used * sectorBytes });
  }
  if (root.length / entryBytes > rootEntries) {
    const expected = `at most ${rootEntries} entries in the root (a long name takes several)`;
    faults.push({ path: "files", expected, value: root.length / entryBytes });
  }
  return faults;
}

/** Gives out clusters one after the other and keeps what goes into them. */
class Disk {
  readonly #chunks: { readonly cluster: number; readonly count: number; readonly bytes: Buffer }[] =
    [];
  #next = 2;

  get used(): number {
    return this.#next - 2;
  }

  /** Stores what the entries stand for and returns the entries themselves. */
  store(entries: readonly TreeEntry<Buffer>[], parent: number): Buffer {
    return directoryEntries(
      entries.map((entry) => {
        const { name } = entry;
        if (entry.kind === "directory") {
          return { name, directory: true, cluster: this.#directory(entry, parent), length: 0 };
        }
        const { length } = entry.content;
        const cluster = this.#allocate(Math.ceil(length / sectorBytes));
        this.#put(cluster, entry.content);
        return { name, directory: false, cluster, length };
      }),
    );
  }

  image(root: Buffer): Buffer {
    const image = Buffer.alloc(imageBytes);
    bootSector().copy(image);
    const table = this.#table();
    for (let at = 0; at < fatCount; at += 1) table.copy(image, (1 + at * fatSectors) * sectorBytes);
    root.copy(image, rootStart * sectorBytes);
    for (const { cluster, bytes } of this.#chunks) {
      bytes.copy(image, (dataStart + cluster - 2) * sectorBytes);
    }
    return image;
  }

  #directory(directory: TreeDirectory<Buffer>, parent: number): number {
    // The size of a directory depends on its names only, so it is known before its files have their clusters.
    const targets = directory.entries.map(({ name }) => ({
      name,
      directory: false,
      cluster: 0,
      length: 0,
    }));
    const size = 2 * entryBytes + directoryEntries(targets).length;
    const cluster = this.#allocate(Math.ceil(size / sectorBytes));
    this.#put(
      cluster,
      Buffer.concat([dotEntries(cluster, parent), this.store(directory.entries, cluster)]),
    );
    return cluster;
  }

  #allocate(count: number): number {
    if (count === 0) return 0;
    const cluster = this.#next;
    this.#next += count;
    return cluster;
  }

  #put(cluster: number, bytes: Buffer): void {
    const count = Math.ceil(bytes.length / sectorBytes);
    if (count > 0) this.#chunks.push({ cluster, count, bytes });
  }

  /** The allocation table: 12 bits for each cluster, the number of the next one or 0xfff for the last. */
  #table(): Buffer {
    const table = Buffer.alloc(fatSectors * sectorBytes);
    const set = (cluster: number, value: number): void => {
      const at = Math.floor(cluster * 1.5);
      const both = table.readUInt16LE(at);
      const mixed = cluster % 2 === 0 ? (both & 0xf000) | value : (both & 0x000f) | (value << 4);
      table.writeUInt16LE(mixed, at);
    };
    set(0, 0xf00 | mediaByte);
    set(1, 0xfff);
    for (const { cluster, count } of this.#chunks) {
      for (let at = 0; at < count; at += 1) {
        set(cluster + at, at === count - 1 ? 0xfff : cluster + at + 1);
      }
    }
    return table;
  }
}

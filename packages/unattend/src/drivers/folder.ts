import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { describeError } from "@winvm/runtime";
import type { Fault } from "@winvm/runtime";
import type { FileMap } from "../media/file-map.ts";
import { byUnits } from "../media/tree.ts";

/** A directory of this host with drivers, as it was read. */
export interface DriverFolder {
  /** As it was given. */
  readonly directory: string;
  /** The same without links; undefined where there is none. */
  readonly realPath: string | undefined;
  /** Path below the directory, with `/` between names → content. Empty where there are faults. */
  readonly files: FileMap;
  /** Why it was not read; told with all that is wrong with the options. */
  readonly faults: readonly Omit<Fault, "path">[];
}

/** Drivers: in a directory as Setup sees it (`E:\drivers`), or read from this host. */
export type DriverPlace = string | DriverFolder;

/** Setup keeps all of it in the memory of Windows PE; what one machine needs is a few MiB. */
const mostBytes = 256 * 2 ** 20;
/** A tree with more is not a driver's. */
const mostEntries = 4096;

/**
 * Whether it is a path of Windows (`E:\drivers`, `\\server\share`, `%NAME%\drivers`) and none of this host. `./E:` is
 * one of this host.
 */
function isWindowsPath(place: string): boolean {
  return /^(?:[A-Za-z]:|\\\\|%[^%]+%)/.test(place);
}

/**
 * Reads directories with drivers. Paths of Windows come back as they are. Nothing is thrown but by the signal:
 * `answerFile()` and `setupFiles()` tell what is wrong with a directory.
 *
 * @param places relative ones from the working directory of the process
 */
export async function readDrivers(
  places: readonly string[],
  signal?: AbortSignal,
): Promise<DriverPlace[]> {
  const read: DriverPlace[] = [];
  for (const place of places)
    read.push(isWindowsPath(place) ? place : await readFolder(place, signal));
  return read;
}

async function readFolder(directory: string, signal?: AbortSignal): Promise<DriverFolder> {
  const trouble = await stat(directory).then(
    (found) => (found.isDirectory() ? undefined : "it is a file"),
    (error: unknown) => describeError(error),
  );
  if (trouble !== undefined) {
    const hint = `${trouble}; a path that Setup sees begins with a drive: E:\\drivers`;
    const expected = "a directory of this host";
    const faults = [{ expected, value: directory, hint }];
    return { directory, realPath: undefined, files: {}, faults };
  }
  const tree: Tree = { root: directory, signal, paths: [], bytes: 0, entries: 0, faults: [] };
  await walk(tree, "");
  tree.faults.push(...boundFaults(tree));
  const files: [string, Buffer][] = [];
  for (const path of tree.faults.length === 0 ? tree.paths : []) {
    const file = join(directory, path);
    await attempt(tree, file, async () => {
      files.push([path, await readFile(file)]);
    });
  }
  const { faults } = tree;
  return {
    directory,
    realPath: await realpath(directory).catch(() => undefined),
    files: Object.fromEntries(faults.length === 0 ? files : []),
    faults,
  };
}

/** What is found in a directory, while it is found. */
interface Tree {
  readonly root: string;
  readonly signal: AbortSignal | undefined;
  readonly paths: string[];
  readonly faults: Omit<Fault, "path">[];
  bytes: number;
  entries: number;
}

/** Finds all files, until there are too many. */
async function walk(tree: Tree, below: string): Promise<void> {
  const directory = join(tree.root, below);
  await attempt(tree, directory, async () => {
    const entries = await readdir(directory, { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => byUnits(a.name, b.name))) {
      if (tree.entries > mostEntries || tree.bytes > mostBytes) return;
      tree.entries += 1;
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      const value = join(tree.root, path);
      if (entry.isDirectory()) {
        await walk(tree, path);
      } else if (entry.isFile()) {
        tree.paths.push(path);
        tree.bytes += (await stat(value)).size;
      } else {
        const hint = "cp -rL copies a tree with what its links stand for";
        tree.faults.push({ expected: "files and directories, no links", value, hint });
      }
    }
  });
}

/** Does something with a file; a failure becomes a fault. */
async function attempt(
  { signal, faults }: Tree,
  file: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    faults.push({ expected: "files that can be read", value: file, hint: describeError(error) });
  }
  signal?.throwIfAborted();
}

function boundFaults({ root: value, bytes, entries }: Tree): Omit<Fault, "path">[] {
  const hint = "name the directory of the one driver for this Windows";
  if (bytes > mostBytes)
    return [{ expected: `at most ${mostBytes / 2 ** 20} MiB in it`, value, hint }];
  if (entries > mostEntries)
    return [{ expected: `at most ${mostEntries} files and directories in it`, value, hint }];
  return [];
}

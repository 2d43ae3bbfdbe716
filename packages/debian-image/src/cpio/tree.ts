import { readdir, readlink, stat, lstat } from "node:fs/promises";
import { join } from "node:path";
import type { TreeEntry } from "./entry.ts";

/**
 * A directory on this machine as entries of an archive: files (by reference), directories and symbolic links, with
 * their permission bits. Sockets, pipes and devices are left out. Hard links become separate files.
 */
export async function readTree(root: string, prefix = ""): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for (const item of await readdir(join(root, prefix), { withFileTypes: true })) {
    const path = prefix === "" ? item.name : `${prefix}/${item.name}`;
    const full = join(root, path);
    if (item.isSymbolicLink()) {
      entries.push({ kind: "symlink", path, target: await readlink(full) });
    } else if (item.isDirectory()) {
      const { mode } = await lstat(full);
      entries.push({ kind: "directory", path, mode: mode & 0o7777 });
      entries.push(...(await readTree(root, path)));
    } else if (item.isFile()) {
      const { mode, size } = await stat(full);
      entries.push({
        kind: "file",
        path,
        mode: mode & 0o7777,
        content: { file: full, sizeBytes: size },
      });
    }
  }
  return entries;
}

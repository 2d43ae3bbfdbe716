import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { syncToDisk } from "@winvm/runtime";

/** As {@link syncToDisk}, of several files, one after the other: only one of Node's few threads waits for the disk. */
export async function syncFiles(
  files: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const file of files) {
    signal?.throwIfAborted();
    await syncToDisk(file);
  }
}

/** As {@link syncToDisk}, of a directory and all that are below it. */
export async function syncDirectories(root: string): Promise<void> {
  const below = await readdir(root, { withFileTypes: true, recursive: true });
  for (const entry of below) {
    if (entry.isDirectory()) await syncToDisk(join(entry.parentPath, entry.name));
  }
  await syncToDisk(root);
}

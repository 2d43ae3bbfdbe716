import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** What file systems answer that can't do it, a directory above all: nothing better can be had there. */
const cannot: readonly (string | undefined)[] = ["EINVAL", "EBADF", "ENOTSUP", "ENOSYS"];

/** Waits until a file's content, or a directory's names, are on the disk: a power cut loses what is on its way there only. */
export async function syncToDisk(path: string): Promise<void> {
  await using handle = await open(path);
  await handle.sync().catch((error: NodeJS.ErrnoException) => {
    if (!cannot.includes(error.code)) throw error;
  });
}

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

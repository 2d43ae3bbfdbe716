import { open } from "node:fs/promises";

/** What file systems answer that can't do it, a directory above all, or that may not be read: nothing better can be had there. */
const cannot: readonly (string | undefined)[] = ["EINVAL", "EBADF", "ENOTSUP", "ENOSYS", "EACCES"];

/**
 * Waits until a file's content, or a directory's names, are on the disk: a power cut loses what is on its way there only.
 *
 * @throws the system's error, where it could be done and has failed
 */
export async function syncToDisk(path: string): Promise<void> {
  try {
    await using handle = await open(path);
    await handle.sync();
  } catch (error) {
    if (!cannot.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
}

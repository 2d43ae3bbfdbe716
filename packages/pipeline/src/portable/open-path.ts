import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";

/**
 * Opens a path to be read or written. The opening of a FIFO waits for its other side; an abort ends that.
 *
 * @throws what the file system says; the signal's reason.
 */
export async function openPath(
  path: string,
  flags: "r" | "w",
  signal: AbortSignal | undefined,
): Promise<FileHandle> {
  signal?.throwIfAborted();
  const found = await stat(path).catch(() => undefined);
  if (found?.isFIFO() !== true) return open(path, flags);
  const opening = open(path, flags);
  const onAbort = (): void => void beTheOtherSide(path, opening);
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const handle = await opening;
    if (signal?.aborted !== true) return handle;
    await handle.close();
    throw signal.reason;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** fifo(7): Linux opens it for both at once without waiting; that is the other side that the first opening waits for. */
async function beTheOtherSide(path: string, opening: Promise<FileHandle>): Promise<void> {
  try {
    await using _both = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
    await opening;
  } catch {
    // Who waits for the opening is told.
  }
}

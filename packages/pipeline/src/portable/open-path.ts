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
  // fifo(7): Linux opens it for both at once without waiting, and is so the other side that the first opening waits for.
  const wake = (): void =>
    void open(path, constants.O_RDWR | constants.O_NONBLOCK).then(
      async (both) => {
        await opening.catch(() => {});
        await both.close();
      },
      () => {},
    );
  const opening = open(path, flags);
  signal?.addEventListener("abort", wake, { once: true });
  try {
    const handle = await opening;
    if (signal?.aborted !== true) return handle;
    await handle.close();
    throw signal.reason;
  } finally {
    signal?.removeEventListener("abort", wake);
  }
}

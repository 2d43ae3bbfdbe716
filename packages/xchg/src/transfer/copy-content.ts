import { constants, type Stats } from "node:fs";
import { copyFile, type FileHandle } from "node:fs/promises";
import { runProgram } from "@winvm/runtime";

/** From this size on a copy takes long enough for somebody to want its end. */
const LONG_BYTES = 64 * 1024 * 1024;
/** Smaller files are not worth a program of their own: the file system may only have compressed them. */
const SPARSE_BYTES = 1024 * 1024;

/**
 * Copies an open file to a new one: shared with the original where the file system can do that, else with its holes, which
 * a guest can make for nothing and as large as it likes.
 *
 * @throws the system's error; the signal's reason.
 */
export async function copyContent(
  source: FileHandle,
  stats: Stats,
  target: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const sparse = stats.size >= SPARSE_BYTES && stats.blocks * 512 < stats.size;
  if (!sparse && stats.size < LONG_BYTES) {
    return copyFile(`/proc/self/fd/${source.fd}`, target, constants.COPYFILE_FICLONE);
  }
  // Node neither finds holes (SEEK_HOLE) nor stops in the middle of a file.
  const opened = `/proc/${process.pid}/fd/${source.fd}`;
  try {
    await runProgram("cp", ["--reflink=auto", "--sparse=auto", "--", opened, target], {
      signal,
      asked: `copy a file of ${stats.size} bytes`,
      env: { LC_ALL: "C" },
    });
  } catch {
    signal?.throwIfAborted();
    // Not every cp knows these words, as BusyBox' does not; what hinders both is told by the system itself.
    await copyFile(`/proc/self/fd/${source.fd}`, target, constants.COPYFILE_FICLONE);
  }
}

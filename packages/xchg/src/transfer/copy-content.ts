import { constants, type Stats } from "node:fs";
import { copyFile, open, type FileHandle } from "node:fs/promises";
import { isWinvmError, runProgram } from "@winvm/runtime";

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
  } catch (error) {
    signal?.throwIfAborted();
    if (!lacksOptions(error)) throw error;
    await copyPieces(source, stats.size, target, signal);
  }
}

/** There may be no cp, or one that does not know these words, as BusyBox' does not. */
function lacksOptions(error: unknown): boolean {
  return (
    isWinvmError(error) &&
    (error.code === "RUNTIME_PROGRAM_NOT_FOUND" ||
      /(?:unrecognized|unknown|invalid|illegal) option/i.test(error.happened))
  );
}

/** Piece by piece, without those that hold nothing. */
async function copyPieces(
  source: FileHandle,
  size: number,
  target: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await using copy = await open(target, "wx", 0o600);
  const piece = Buffer.alloc(SPARSE_BYTES);
  const nothing = Buffer.alloc(SPARSE_BYTES);
  for (let at = 0; at < size;) {
    signal?.throwIfAborted();
    const { bytesRead } = await source.read(piece, 0, SPARSE_BYTES, at);
    if (bytesRead === 0) break;
    const content = piece.subarray(0, bytesRead);
    if (!content.equals(nothing.subarray(0, bytesRead)))
      await copy.write(content, 0, bytesRead, at);
    at += bytesRead;
  }
  await copy.truncate(size);
}

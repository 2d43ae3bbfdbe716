import { statfs } from "node:fs/promises";
import { isWinvmError } from "@winvm/runtime";
import { PipelineError } from "../errors.ts";

/** With less than this nothing of the store's can be made. */
const littleBytes = 64 * 2 ** 20;

/** What programs of the host write of it, in the C locale. */
const words = /No space left on device|Disk quota exceeded/;

/**
 * An error under the name of a full disk, where it comes from one: the host's own files could not be written, or there is
 * hardly any room, which shows as many errors. Ask before anything is removed.
 */
export async function namedIfFull(root: string, error: unknown): Promise<unknown> {
  const { bavail, bsize } = await statfs(root);
  const freeBytes = bavail * bsize;
  // What is no error of winvm's says how something has ended: a command, a wait.
  const shows = freeBytes <= littleBytes && isWinvmError(error) && error.code !== "RUNTIME_ABORTED";
  if (!shows && !tellsOfFullDisk(error)) return error;
  return new PipelineError({
    code: "PIPELINE_STORE_FULL",
    asked: `write to the store ${root}`,
    happened: `the disk is full (${Math.round(freeBytes / 2 ** 20)} MiB free)`,
    hint: "free some space, run `winvm gc`, or name another directory with --store",
    cause: error,
    data: { freeBytes },
  });
}

/**
 * Whether an error, or one below it, is of the host's own files: the kernel's, a program's, QEMU's. A guest has a disk of its
 * own, and may say the same of that. Pure.
 */
export function tellsOfFullDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if ("errno" in error && (code === "ENOSPC" || code === "EDQUOT")) return true;
  if (isWinvmError(error)) {
    if (error.code.endsWith("_DISK_FULL")) return true;
    const ofHost = error.code === "RUNTIME_PROGRAM_FAILED" || error.code.startsWith("QEMU_");
    if (ofHost && words.test(error.message)) return true;
  }
  return tellsOfFullDisk(error.cause);
}

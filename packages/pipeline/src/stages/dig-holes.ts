import { allocatedBytes } from "@winvm/qemu";
import { describeError, runProgram } from "@winvm/runtime";
import type { Context } from "../context.ts";

/**
 * Gives back the blocks of a file that hold only zeros: a hole reads the same. By `fallocate` of util-linux, since Node can't
 * punch holes. Where the file system can't, the file stays as it is, and a warning says so.
 *
 * @returns the bytes that were given back.
 */
export async function digHoles(context: Context, file: string): Promise<number> {
  const before = await allocatedBytes(file);
  try {
    await runProgram("fallocate", ["--dig-holes", file], {
      signal: context.signal,
      timeoutMs: 600_000,
      asked: `give back the empty blocks of ${file}`,
      missingHint: "apt install util-linux",
    });
  } catch (error) {
    if ((error as { code?: string }).code === "RUNTIME_ABORTED") throw error;
    context.emit({
      type: "warning",
      code: "PIPELINE_NOT_SPARSE",
      message: `the state takes more space than it needs: ${describeError(error)}`,
      hint: "put the store on a file system with sparse files: ext4, xfs, btrfs",
    });
  }
  return before - (await allocatedBytes(file));
}

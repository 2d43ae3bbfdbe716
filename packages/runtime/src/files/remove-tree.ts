import { rm } from "node:fs/promises";
import { runProgram } from "../process/run-program.ts";

/**
 * Removes a file or a directory with all that is in it, however deep: who could write there may have nested it beyond
 * the longest path that a system call takes (PATH_MAX, 4096 bytes), where Node's `rm` fails. What is not there is removed
 * already.
 *
 * @throws the system's error; `RuntimeError` `RUNTIME_PROGRAM_FAILED` with what `rm` said
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENAMETOOLONG") throw error;
    // It goes from directory to directory, by short names.
    await runProgram("rm", ["-rf", "--", path], { asked: `remove ${path}` });
  }
}

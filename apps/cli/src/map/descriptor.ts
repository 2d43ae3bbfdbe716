import { constants, fstatSync, writeFile } from "node:fs";
import { appendFile, lstat } from "node:fs/promises";
import { promisify } from "node:util";
import type { Session } from "../session/session.ts";

/** @throws Error where the descriptor is not open, or for reading alone (the mode of the link, proc_pid_fd(5)). */
export async function requireDescriptor(descriptor: number): Promise<void> {
  const { mode } = await lstat(pathOf(descriptor));
  if ((mode & constants.S_IWUSR) === 0) throw new Error("it is not open for writing");
}

/**
 * Writes to a descriptor of this process, so that whatever is written through it later comes behind: a file opened anew would
 * have a position of its own. Leaves it open.
 *
 * @throws Error of the system; not `EPIPE` of standard output, which cancels the session.
 */
export async function writeDescriptor(
  descriptor: number,
  text: string,
  { stdout, stderr }: Pick<Session, "stdout" | "stderr">,
): Promise<void> {
  if (descriptor === 1) {
    await stdout.write(text);
    if (stdout.failure !== undefined && stdout.failure.code !== "EPIPE") throw stdout.failure;
  } else if (descriptor === 2) {
    await stderr.write(text);
    if (stderr.failure !== undefined) throw stderr.failure;
  } else if (fstatSync(descriptor).isFIFO()) {
    // It has no position, but may be standard output's, which Node does not let block.
    await appendFile(pathOf(descriptor), text);
  } else {
    await promisify(writeFile)(descriptor, text);
  }
}

function pathOf(descriptor: number): string {
  return `/proc/self/fd/${descriptor}`;
}

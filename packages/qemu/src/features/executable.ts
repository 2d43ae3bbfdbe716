import { readlink, stat } from "node:fs/promises";
import { basename } from "node:path";

/**
 * The program that a process runs; `binary` where that is no QEMU (a script that waits for one, a loader) or not the file of
 * that name here (another mount namespace, a file that was replaced meanwhile).
 */
export async function executableOf(pid: number, binary: string): Promise<string> {
  try {
    const link = `/proc/${pid}/exe`;
    const path = await readlink(link);
    const [here, there] = await Promise.all([stat(path), stat(link)]);
    const same = here.dev === there.dev && here.ino === there.ino;
    return same && basename(path).includes("qemu") ? path : binary;
  } catch {
    return binary;
  }
}

import { constants } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";
import { makeNew } from "./create.ts";
import { qemuImg, type DiskOptions } from "./qemu-img.ts";

/** The copy to be made. */
export interface TemplateCopy extends DiskOptions {
  /** A machine's saved RAM; it must not change any more. */
  readonly from: string;
  readonly to: string;
}

/**
 * Copies a RAM template for a machine that is to go on in it (`mode: "continue"`). Where the file system can share blocks
 * between files (btrfs, XFS, bcachefs, ZFS) it takes neither time nor space until the machine writes; elsewhere the blocks
 * that hold data are copied, the holes and zeros are not.
 *
 * @returns whether the blocks are shared.
 * @throws {QemuError} `QEMU_DISK_EXISTS`, `QEMU_DISK_NOT_FOUND`, `QEMU_DISK_FULL`, `QEMU_DISK_FAILED`
 */
export async function copyTemplate(copy: TemplateCopy): Promise<{ readonly shared: boolean }> {
  const { from, to } = copy;
  const asked = `copy the RAM template ${from}`;
  let shared = false;
  await makeNew(asked, to, async (beside) => {
    shared = await reflink(from, beside);
    if (!shared) {
      const raw = ["-f", "raw", "-O", "raw"];
      // Out of order is quicker, and leaves holes like the other way.
      await qemuImg(["convert", "-q", "-W", ...raw, from, beside], { asked, file: to }, copy);
    }
    await chmod(beside, 0o600);
  });
  return { shared };
}

async function reflink(from: string, to: string): Promise<boolean> {
  return copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL).then(
    () => true,
    () => false,
  );
}

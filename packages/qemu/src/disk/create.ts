import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, link, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { QemuError } from "../errors.ts";
import type { DiskFormat } from "../machine/machine.ts";
import { qemuOption } from "../argv/option.ts";
import { requireImage } from "./header.ts";
import { qemuImg, type DiskOptions } from "./qemu-img.ts";

/** The image to be made. */
export interface NewDisk extends DiskOptions {
  readonly file: string;
  readonly format: DiskFormat;
  /** What the guest sees, in bytes; a multiple of 512. */
  readonly sizeBytes: number;
}

/**
 * Makes an empty disk image. It takes no space until the guest writes.
 *
 * @throws {QemuError} `QEMU_DISK_EXISTS`, `QEMU_DISK_NOT_FOUND` (no such directory), `QEMU_DISK_FULL`,
 *   `QEMU_DISK_FAILED`
 */
export async function createDisk(disk: NewDisk): Promise<void> {
  const { file, format, sizeBytes } = disk;
  const asked = `make the disk ${file}`;
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0 || sizeBytes % 512 !== 0) {
    throw new QemuError({
      code: "QEMU_DISK_FAILED",
      asked,
      happened: `${sizeBytes} bytes is no size of a disk`,
      hint: "give a positive multiple of 512",
      data: { file, sizeBytes },
    });
  }
  await makeNew(asked, file, (beside) =>
    qemuImg(["create", "-q", "-f", format, beside, String(sizeBytes)], { asked, file }, disk),
  );
}

/** The overlay to be made. */
export interface NewOverlay extends DiskOptions {
  readonly file: string;
  /** What lies below; it must not change any more. */
  readonly backing: { readonly file: string; readonly format: DiskFormat };
}

/**
 * Makes a qcow2 image that takes up only what differs from the one below it.
 *
 * The header names the backing file and its format (never probed: a raw guest disk could pretend to be a qcow2 image
 * and so name files of the host). Machines don't read that name: `MachineDisk.backing` says it again. So nothing below the
 * backing file is opened: what its header names need not be there.
 *
 * @throws {QemuError} as {@link createDisk}; `QEMU_DISK_INVALID` when the backing file is no such image
 */
export async function createOverlay(overlay: NewOverlay): Promise<void> {
  const { file, backing } = overlay;
  const asked = `make the overlay ${file} over ${backing.file}`;
  await makeNew(asked, file, async (beside) => {
    const base = ["-F", backing.format, "-b", backing.file, beside];
    const header = await requireImage(asked, backing.file, backing.format);
    // -u: qemu-img would open the backing file for its size, and all that is below it.
    const sized =
      backing.format === "qcow2" && header.kind === "qcow2"
        ? ["-u", ...base, String(header.sizeBytes)]
        : base;
    return qemuImg(["create", "-q", "-f", "qcow2", ...sized], { asked, file }, overlay);
  });
}

/**
 * Runs a maker of `file`, which must not exist. It is made beside, and gets its name when it is whole: a failure leaves nothing,
 * and who makes the same at the same time keeps his.
 */
export async function makeNew(
  asked: string,
  file: string,
  make: (beside: string) => Promise<unknown>,
): Promise<void> {
  if (await exists(file)) throw existsError(asked, file);
  if (!(await exists(dirname(file)))) {
    throw new QemuError({
      code: "QEMU_DISK_NOT_FOUND",
      asked,
      happened: `there is no directory ${dirname(file)}`,
      hint: "make the directory",
      data: { file },
    });
  }
  const beside = temporaryName(file);
  try {
    await make(beside);
    if (!(await renameUnlessThere(beside, file))) throw existsError(asked, file);
  } finally {
    // What went wrong before is what is told.
    await rm(beside, { force: true }).catch(() => {});
  }
}

/** A name in the same directory that nobody has; short, where the file's own may be as long as a name can be. */
export function temporaryName(file: string): string {
  return join(dirname(file), `.${randomBytes(6).toString("hex")}.tmp`);
}

async function renameUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // FAT and many network file systems have no links.
    if (!["EPERM", "ENOTSUP", "ENOSYS"].includes(code)) throw error;
    if (await exists(to)) return false;
    await rename(from, to);
    return true;
  }
}

function existsError(asked: string, file: string): QemuError {
  return new QemuError({
    code: "QEMU_DISK_EXISTS",
    asked,
    happened: "there is a file of that name",
    hint: "remove it, or choose another name",
    data: { file },
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/** Bytes that a file takes up on its file system; holes don't count. */
export async function allocatedBytes(file: string): Promise<number> {
  // stat(2): st_blocks counts units of 512 bytes on Linux, whatever the file system's block size.
  return (await stat(file)).blocks * 512;
}

/** A file name as qemu-img's `--image-opts` takes it. */
export function imageOptions(file: string, format: DiskFormat): string {
  return qemuOption(undefined, { driver: format, "file.driver": "file", "file.filename": file });
}

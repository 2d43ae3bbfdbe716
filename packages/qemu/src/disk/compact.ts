import { chmod, rename, rm, stat, writeFile } from "node:fs/promises";
import { QemuError } from "../errors.ts";
import { allocatedBytes, imageOptions, temporaryName } from "./create.ts";
import { requireImage } from "./header.ts";
import { checkDisk, type DiskQuestion } from "./inspect.ts";
import { qemuImg } from "./qemu-img.ts";

/** An image to be rewritten. */
export interface CompactOptions extends DiskQuestion {
  /** Compresses the clusters (qcow2 only): smaller, slower to read. False when absent. */
  readonly compress?: boolean | undefined;
  /** Keeps this image below instead of copying what comes from it. */
  readonly backing?: { readonly file: string; readonly format: "qcow2" | "raw" } | undefined;
}

/** What a rewrite brought, in bytes on the file system. */
export interface CompactReport {
  readonly beforeBytes: number;
  readonly afterBytes: number;
}

/**
 * Rewrites an image that nobody uses without the space that the guest has freed or zeroed. The new image replaces
 * the old one at once; a failure leaves the old one as it was.
 *
 * @throws {QemuError} `QEMU_DISK_NOT_FOUND`, `QEMU_DISK_INVALID`, `QEMU_DISK_FULL`, `QEMU_DISK_BUSY`
 */
export async function compactDisk(options: CompactOptions): Promise<CompactReport> {
  const { file, format, backing } = options;
  const asked = `compact the disk ${file}`;
  await requireImage(asked, file, format);
  // qemu-img reads what is cut off as zeros, and would make a sound image of it.
  const { sound, corruptions } = await checkDisk(options);
  if (!sound) {
    throw new QemuError({
      code: "QEMU_DISK_INVALID",
      asked,
      happened: `a check finds ${corruptions} clusters that are damaged or cut off`,
      hint: "make the image anew",
      data: { file, corruptions },
    });
  }
  const beforeBytes = await allocatedBytes(file);
  const temporary = temporaryName(file);
  try {
    // What only its owner may read, nobody else may while it is rewritten.
    await writeFile(temporary, "", { flag: "wx", mode: 0o600 });
    await qemuImg(
      [
        "convert",
        "-q",
        ...(options.compress === true && format === "qcow2" ? ["-c"] : []),
        ...(backing === undefined ? [] : ["-B", backing.file, "-F", backing.format]),
        "-O",
        format,
        "--image-opts",
        imageOptions(file, format),
        temporary,
      ],
      { asked, file },
      options,
    );
    const afterBytes = await allocatedBytes(temporary);
    await chmod(temporary, (await stat(file)).mode & 0o7777);
    await rename(temporary, file);
    return { beforeBytes, afterBytes };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

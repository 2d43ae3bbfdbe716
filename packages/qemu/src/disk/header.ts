import { open } from "node:fs/promises";
import { describeError } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import type { DiskFormat } from "../machine/machine.ts";

/** What the first bytes of a file say. */
export type ImageHeader =
  | {
      readonly kind: "qcow2";
      readonly hasBacking: boolean;
      /** What the guest sees, in bytes. */
      readonly sizeBytes: number;
      /** Where the tables end without which nothing can be read; a shorter file is cut off. */
      readonly tablesEnd: number;
    }
  /** Has its data in another file, which its own header names: whoever made the image says what QEMU writes to. */
  | { readonly kind: "dataElsewhere" }
  /** Begins like qcow2 and ends too early, or is of a version that QEMU does not write. */
  | { readonly kind: "broken" }
  /** Anything else: what a raw image may be. */
  | { readonly kind: "other" };

/** Bytes of a qcow2 header that are read: all of version 2, and version 3 as far as its incompatible features. */
const headerBytes = { 2: 72, 3: 80 } as const;

/** The incompatible feature "External data file" (docs/interop/qcow2 of QEMU). */
const externalDataFile = 1n << 2n;

/**
 * Reads the beginning of an image. (docs/interop/qcow2 of QEMU: magic, version, backing_file_offset, size, l1_size,
 * l1_table_offset, refcount_table_offset)
 */
export function parseHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint32(0) !== 0x5146_49fb) return { kind: "other" };
  const version = bytes.length < 8 ? undefined : view.getUint32(4);
  if (version !== 2 && version !== 3) return { kind: "broken" };
  if (bytes.length < headerBytes[version]) return { kind: "broken" };
  if (version === 3 && (view.getBigUint64(72) & externalDataFile) !== 0n)
    return { kind: "dataElsewhere" };
  const l1End = Number(view.getBigUint64(40)) + view.getUint32(36) * 8;
  const refcountsEnd = Number(view.getBigUint64(48)) + 8;
  const tablesEnd = Math.max(l1End, refcountsEnd);
  const sizeBytes = Number(view.getBigUint64(24));
  return { kind: "qcow2", hasBacking: view.getBigUint64(8) !== 0n, sizeBytes, tablesEnd };
}

/**
 * Reads the beginning of a file; an image that ends before its tables do is broken.
 *
 * @throws what the file system says (`ENOENT`, `EISDIR`, `EACCES`)
 */
export async function readHeader(file: string): Promise<ImageHeader> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(
      new Uint8Array(headerBytes[3]),
      0,
      headerBytes[3],
      0,
    );
    const header = parseHeader(buffer.subarray(0, bytesRead));
    if (header.kind !== "qcow2") return header;
    return (await handle.stat()).size < header.tablesEnd ? { kind: "broken" } : header;
  } finally {
    await handle.close();
  }
}

/**
 * Makes sure that a file is there and begins as its format does; its header.
 *
 * @throws {QemuError} `QEMU_DISK_NOT_FOUND`, `QEMU_DISK_INVALID`
 */
export async function requireImage(
  asked: string,
  file: string,
  format: DiskFormat,
): Promise<ImageHeader> {
  let header: ImageHeader;
  try {
    header = await readHeader(file);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new QemuError({
      code: missing ? "QEMU_DISK_NOT_FOUND" : "QEMU_DISK_INVALID",
      asked,
      happened: describeError(cause),
      hint: "check the path and its permissions",
      cause,
      data: { file },
    });
  }
  if (format === "qcow2" && header.kind !== "qcow2") {
    throw new QemuError({
      code: "QEMU_DISK_INVALID",
      asked,
      happened: {
        broken: "the image is cut off or damaged",
        dataElsewhere: "the image has its data in another file, which its header names",
        other: "the file does not begin as a qcow2 image does",
      }[header.kind],
      hint:
        header.kind === "dataElsewhere"
          ? "an image has to hold its own data: `qemu-img convert -O qcow2` makes such a one, if you trust this one"
          : "make the image anew",
      data: { file, format },
    });
  }
  return header;
}

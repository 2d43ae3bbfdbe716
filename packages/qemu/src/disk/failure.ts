import type { QemuErrorCode } from "../errors.ts";

/** What a message of qemu-img means. */
export interface DiskFailure {
  readonly code: Extract<QemuErrorCode, `QEMU_DISK_${string}`>;
  readonly hint?: string | undefined;
}

const meanings: readonly (DiskFailure & { readonly pattern: RegExp })[] = [
  {
    pattern: /No space left on device|Disk quota exceeded|File too large/,
    code: "QEMU_DISK_FULL",
    hint: "free space on that file system, or use another",
  },
  {
    pattern:
      /Failed to get (?:shared )?".+" lock|is the image file in use|Is another process using/,
    code: "QEMU_DISK_BUSY",
    hint: "end the machine that uses the image",
  },
  {
    pattern: /No such file or directory/,
    code: "QEMU_DISK_NOT_FOUND",
    hint: "check the path",
  },
  {
    pattern:
      /not in \w+ format|Image is corrupt|is corrupt|[Uu]nsupported (?:qcow2|feature)|Could not (?:read|open) (?:qcow2|L1)|[Ii]nvalid (?:argument|L1|refcount)|too small|end of file|Unknown driver|does not support/,
    code: "QEMU_DISK_INVALID",
    hint: "the file is damaged, cut off, or not a disk image: make it anew",
  },
];

/** Reads the meaning from what qemu-img wrote to its standard error (in the C locale). */
export function diskFailure(stderr: string): DiskFailure {
  const found = meanings.find(({ pattern }) => pattern.test(stderr));
  return found === undefined
    ? { code: "QEMU_DISK_FAILED" }
    : { code: found.code, hint: found.hint };
}

import { expect, test } from "vitest";
import { diskFailure } from "../../src/disk/failure.ts";

// Messages as qemu-img 7.2 prints them.
test.for<[string, string]>([
  ["qemu-img: /x/a.qcow2: Could not resize image: No space left on device", "QEMU_DISK_FULL"],
  ["qemu-img: error while writing at byte 0: No space left on device", "QEMU_DISK_FULL"],
  ["qemu-img: error while writing at byte 0: Disk quota exceeded", "QEMU_DISK_FULL"],
  [
    "qemu-img: Could not open '/x': Failed to get shared \"write\" lock\nIs another process using the image [/x]?",
    "QEMU_DISK_BUSY",
  ],
  [
    "qemu-img: Could not open '/x': Could not open '/x': No such file or directory",
    "QEMU_DISK_NOT_FOUND",
  ],
  ["qemu-img: Could not open 'driver=qcow2': Image is not in qcow2 format", "QEMU_DISK_INVALID"],
  [
    "qemu-img: Could not open '/x': Could not read qcow2 header: Invalid argument",
    "QEMU_DISK_INVALID",
  ],
  ["qemu-img: Could not open '/x': Unsupported qcow2 version 9", "QEMU_DISK_INVALID"],
  ["qemu-img: something nobody has seen", "QEMU_DISK_FAILED"],
  ["", "QEMU_DISK_FAILED"],
])("%s → %s", ([stderr, code]) => {
  expect(diskFailure(stderr).code).toBe(code);
});

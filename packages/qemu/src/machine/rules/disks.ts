import type { Fault } from "@winvm/runtime";
import { limits } from "../../argv/slots.ts";
import type { MachineBacking, MachineDisk } from "../machine.ts";
import { idFaults, nonEmptyText, type Rule, type RuleInput } from "./rule.ts";

const formats = ["qcow2", "raw"];
const buses = ["ide", "ahci", "virtio-blk", "virtio-scsi", "nvme", "usb"];
/** Every level is two files that QEMU opens at the start, and one more place to look for what was never written. */
const deepestChain = 32;

/** Disks, CDs, the floppy. */
export const diskRules: Rule = function* (input) {
  const { disks, cdroms, floppy } = input.machine;
  const ids = new Set<string>();
  const boot = new Map<number, string>();
  for (const [index, disk] of disks.entries()) {
    const path = `disks[${index}]`;
    yield* idFaults(`${path}.id`, disk.id, ids);
    yield* nonEmptyText(`${path}.file`, disk.file, "a path");
    yield* busFaults(path, disk, input);
    yield* chainFaults(path, disk);
    yield* bootFaults(`${path}.bootIndex`, disk.bootIndex, boot);
  }
  for (const [index, cdrom] of cdroms.entries()) {
    const path = `cdroms[${index}]`;
    yield* idFaults(`${path}.id`, cdrom.id, ids);
    yield* nonEmptyText(`${path}.file`, cdrom.file, "a path");
    yield* bootFaults(`${path}.bootIndex`, cdrom.bootIndex, boot);
  }
  if (floppy !== undefined) yield* nonEmptyText("floppy.file", floppy.file, "a path");
  yield* roomFaults(input);
};

function* busFaults(
  path: string,
  disk: MachineDisk,
  { machine, features }: RuleInput,
): Iterable<Fault> {
  if (!buses.includes(disk.bus)) {
    yield { path: `${path}.bus`, expected: `one of ${buses.join(", ")}`, value: disk.bus };
  }
  if (disk.bus === "nvme" && machine.memory.kind === "template") {
    yield {
      path: `${path}.bus`,
      expected: "a bus that QEMU can save",
      value: disk.bus,
      hint: "QEMU refuses to save a machine with an NVMe disk; use ahci or virtio-blk",
    };
  }
  if (disk.bus === "nvme" && !features.devices.includes("nvme")) {
    yield { path: `${path}.bus`, expected: "a controller that QEMU has", value: disk.bus };
  }
  if (disk.readOnly === true && (disk.bus === "ide" || disk.bus === "ahci")) {
    yield {
      path: `${path}.readOnly`,
      expected: `false: disks on ${disk.bus} are writable`,
      value: true,
      hint: "use virtio-blk, virtio-scsi, usb or a CD",
    };
  }
}

function* chainFaults(path: string, disk: MachineDisk): Iterable<Fault> {
  let above: MachineDisk | MachineBacking = disk;
  let at = path;
  for (let depth = 0; ; depth += 1) {
    if (!formats.includes(above.format)) {
      yield { path: `${at}.format`, expected: "qcow2 or raw", value: above.format };
    }
    if (depth > deepestChain) {
      yield { path: at, expected: `at most ${deepestChain} backing files`, value: above.file };
      return;
    }
    if (above.backing === undefined) return;
    at = `${at}.backing`;
    if (above.format === "raw") {
      yield {
        path: at,
        expected: "nothing: a raw image has no backing file",
        value: above.backing,
      };
    }
    above = above.backing;
    yield* nonEmptyText(`${at}.file`, above.file, "a path");
  }
}

function* bootFaults(
  path: string,
  index: number | undefined,
  taken: Map<number, string>,
): Iterable<Fault> {
  if (index === undefined) return;
  if (!Number.isInteger(index) || index < 0) {
    yield { path, expected: "an integer from 0", value: index };
    return;
  }
  const other = taken.get(index);
  if (other !== undefined) {
    yield { path, expected: `another number than ${other} has`, value: index };
  }
  taken.set(index, path);
}

function* roomFaults({ machine, chipset }: RuleInput): Iterable<Fault> {
  const on = (bus: string): number => machine.disks.filter((disk) => disk.bus === bus).length;
  const cdsOnIde = chipset === "i440fx" || on("ide") > 0;
  const ide = on("ide") + (cdsOnIde ? machine.cdroms.length : 0);
  const ahci = on("ahci") + (cdsOnIde ? 0 : machine.cdroms.length);
  const pci = on("virtio-blk") + on("nvme");
  const checks = [
    { value: ide, most: limits.ideUnits, what: "devices on ide, CDs included" },
    { value: ahci, most: limits.ahciPorts, what: "devices on ahci, CDs included" },
    { value: pci, most: limits.pciDisks, what: "virtio-blk and nvme disks together" },
  ];
  if (machine.lean === true && chipset === "q35" && ahci > 0) {
    yield { path: "lean", expected: "false for a machine with devices on ahci", value: true };
  }
  for (const { value, most, what } of checks) {
    if (value > most) yield { path: "disks", expected: `at most ${most} ${what}`, value };
  }
}

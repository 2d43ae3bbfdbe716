import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { child, childrenOf, descend, textOf } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import type { FindingKind, Refusal } from "../refusal.ts";
import type { DiskPlan, MachineFacts, PartitionPlan } from "./plan.ts";

const SETUP = "Microsoft-Windows-Setup";
const DISK = `${SETUP}/DiskConfiguration/Disk`;
const TO = `${SETUP}/ImageInstall/OSImage/InstallTo`;

/** The disk that Setup makes, or what keeps it from that. */
export function planDisk(
  document: AnswerDocument,
  machine: MachineFacts,
): { readonly disk?: DiskPlan | undefined; readonly refusals: readonly Refusal[] } {
  const refusals: Refusal[] = [];
  const refuse: Refuse = (setting, reason, kind) => {
    refusals.push({ ...(kind !== undefined && { kind }), pass: "windowsPE", setting, reason });
  };
  const setup = component(document, "windowsPE", SETUP);
  if (setup === undefined) {
    refuse(SETUP, "it is missing: Setup has no disk to install to");
    return { refusals };
  }
  const disks = childrenOf(child(setup, "DiskConfiguration"), "Disk");
  const installTo = descend(setup, "ImageInstall", "OSImage", "InstallTo");
  const anywhere =
    textOf(setup, "ImageInstall", "OSImage", "InstallToAvailablePartition")?.toLowerCase() ===
    "true";
  if (installTo === undefined && anywhere)
    refuse(TO, "this guest installs only where it is told", "unplayable");
  else if (installTo === undefined) refuse(TO, "it is missing: Setup would ask where to install");
  const diskId = textOf(installTo, "DiskID");
  const partitionId = textOf(installTo, "PartitionID");
  if (installTo !== undefined && (diskId === undefined || partitionId === undefined))
    refuse(TO, "it needs DiskID and PartitionID");
  if (disks.length === 0) refuse(DISK, "it is missing: Setup would ask for a disk");
  for (const disk of disks) {
    const id = textOf(disk, "DiskID");
    if (id === undefined) refuse(`${DISK}/DiskID`, "it is missing");
    else if (Number(id) >= machine.disks)
      refuse(`${DISK}/DiskID`, `there is no disk ${id}; the machine has ${machine.disks}`);
    if (textOf(disk, "WillWipeDisk")?.toLowerCase() !== "true")
      refuse(`${DISK}/WillWipeDisk`, "this guest keeps nothing of a disk", "unplayable");
  }
  const target = disks.find((disk) => textOf(disk, "DiskID") === diskId);
  if (disks.length > 0 && diskId !== undefined && target === undefined)
    refuse(`${TO}/DiskID`, `the disk ${diskId} is not configured`);
  if (target === undefined || partitionId === undefined) return { refusals };
  const partitions = readPartitions(target, refuse);
  checkPartitions(partitions, Number(partitionId), machine, refuse);
  return {
    refusals,
    disk: {
      id: Number(diskId),
      table: machine.firmware === "uefi" ? "gpt" : "mbr",
      partitions: withActive(partitions, machine),
      installTo: Number(partitionId),
    },
  };
}

type Refuse = (setting: string, reason: string, kind?: FindingKind) => void;

function readPartitions(disk: AnswerElement, refuse: Refuse): PartitionPlan[] {
  const created = childrenOf(child(disk, "CreatePartitions"), "CreatePartition").toSorted(
    (one, other) => order(one) - order(other),
  );
  const changes = childrenOf(child(disk, "ModifyPartitions"), "ModifyPartition");
  if (created.length === 0) refuse(`${DISK}/CreatePartitions`, "it makes no partition");
  for (const change of changes) {
    const id = Number(textOf(change, "PartitionID") ?? 0);
    if (id < 1 || id > created.length)
      refuse(`${DISK}/ModifyPartitions/ModifyPartition/PartitionID`, `there is no partition ${id}`);
  }
  return created.map((item, at) => {
    const change = changes.find((other) => Number(textOf(other, "PartitionID")) === at + 1);
    const type = (textOf(item, "Type") ?? "").toUpperCase();
    if (type === "EXTENDED" || type === "LOGICAL")
      refuse(
        `${DISK}/CreatePartitions/CreatePartition/Type`,
        `${type} is not made by this guest`,
        "unplayable",
      );
    const size = textOf(item, "Size");
    const extend = textOf(item, "Extend")?.toLowerCase() === "true";
    if ((size === undefined) !== extend)
      refuse(
        `${DISK}/CreatePartitions/CreatePartition`,
        "it needs Size, or Extend=true, and not both",
      );
    if (extend && at < created.length - 1)
      refuse(
        `${DISK}/CreatePartitions/CreatePartition/Extend`,
        "only the last partition can take the rest",
      );
    const format = textOf(change, "Format")?.toUpperCase();
    return {
      type: type === "EFI" ? "EFI" : type === "MSR" ? "MSR" : "Primary",
      sizeMiB: extend || size === undefined ? undefined : Number(size),
      format: format === "FAT32" ? "FAT32" : format === "NTFS" ? "NTFS" : undefined,
      label: textOf(change, "Label"),
      letter: textOf(change, "Letter"),
      active: textOf(change, "Active")?.toLowerCase() === "true",
    };
  });
}

/** Where a file names no active partition Setup takes the first: packer's files for 7 to 2016 install that way. */
function withActive(
  partitions: readonly PartitionPlan[],
  { firmware }: MachineFacts,
): readonly PartitionPlan[] {
  if (firmware !== "bios" || partitions.some(({ active }) => active)) return partitions;
  return partitions.map((item, at) => (at === 0 ? { ...item, active: true } : item));
}

function order(item: AnswerElement): number {
  return Number(textOf(item, "Order") ?? 0);
}

function checkPartitions(
  partitions: readonly PartitionPlan[],
  installTo: number,
  { firmware }: MachineFacts,
  refuse: Refuse,
): void {
  const type = `${DISK}/CreatePartitions/CreatePartition/Type`;
  if (firmware === "bios") {
    for (const item of partitions)
      if (item.type !== "Primary")
        refuse(type, `${item.type} exists on GPT disks only; a BIOS starts from MBR`);
    if (partitions.length > 4) refuse(`${DISK}/CreatePartitions`, "an MBR has room for four");
    if (partitions.filter(({ active }) => active).length > 1)
      refuse(
        `${DISK}/ModifyPartitions/ModifyPartition/Active`,
        "an MBR has one active partition at most",
      );
  } else {
    if (!partitions.some((item) => item.type === "EFI" && item.format === "FAT32"))
      refuse(type, "UEFI needs an EFI partition, formatted as FAT32");
    if (partitions.some(({ active }) => active))
      refuse(
        `${DISK}/ModifyPartitions/ModifyPartition/Active`,
        "GPT disks have no active partition",
      );
  }
  const target = partitions[installTo - 1];
  if (target === undefined) refuse(`${TO}/PartitionID`, `there is no partition ${installTo}`);
  else if (target.type !== "Primary" || target.format !== "NTFS")
    refuse(`${TO}/PartitionID`, `partition ${installTo} is not a primary one formatted as NTFS`);
}

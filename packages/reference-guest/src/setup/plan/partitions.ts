import { child, childrenOf, textOf } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import type { FilePart, FindingKind } from "../refusal.ts";
import type { MachineFacts, PartitionPlan } from "./plan.ts";

/** Path of a disk's settings. */
export const DISK = "Microsoft-Windows-Setup/DiskConfiguration/Disk";
/** Path of where Windows is put. */
export const TO = "Microsoft-Windows-Setup/ImageInstall/OSImage/InstallTo";
const CREATE = `${DISK}/CreatePartitions/CreatePartition`;
const MODIFY = `${DISK}/ModifyPartitions/ModifyPartition`;

/** Takes down a finding of the pass windowsPE. */
export type Refuse = (setting: string, reason: string, at?: FilePart, kind?: FindingKind) => void;

/** A partition with the elements that ask for it. */
export interface ReadPartition {
  readonly plan: PartitionPlan;
  readonly create: AnswerElement;
  readonly modify?: AnswerElement | undefined;
}

/** Whether an element says true. */
export function isTrue(element: AnswerElement | undefined): boolean {
  return element?.text.trim().toLowerCase() === "true";
}

/** The partitions of a disk in their order. */
export function readPartitions(disk: AnswerElement, refuse: Refuse): ReadPartition[] {
  const list = child(disk, "CreatePartitions");
  const created = childrenOf(list, "CreatePartition").toSorted(
    (one, other) => order(one) - order(other),
  );
  const changes = childrenOf(child(disk, "ModifyPartitions"), "ModifyPartition");
  if (created.length === 0) refuse(`${DISK}/CreatePartitions`, "it makes no partition", list);
  for (const change of changes) {
    const at = child(change, "PartitionID");
    const id = Number(at?.text ?? 0);
    if (id < 1 || id > created.length)
      refuse(`${MODIFY}/PartitionID`, `there is no partition ${id}`, at ?? change);
  }
  return created.map((create, at) => {
    const modify = changes.find((other) => Number(textOf(other, "PartitionID")) === at + 1);
    const type = (textOf(create, "Type") ?? "").toUpperCase();
    if (type === "EXTENDED" || type === "LOGICAL")
      refuse(
        `${CREATE}/Type`,
        `${type} is not made by this guest`,
        child(create, "Type"),
        "unplayable",
      );
    const size = textOf(create, "Size");
    const extend = isTrue(child(create, "Extend"));
    if ((size === undefined) !== extend)
      refuse(CREATE, "it needs Size, or Extend=true, and not both", create);
    if (extend && at < created.length - 1)
      refuse(
        `${CREATE}/Extend`,
        "only the last partition can take the rest",
        child(create, "Extend"),
      );
    const format = textOf(modify, "Format")?.toUpperCase();
    return {
      create,
      modify,
      plan: {
        type: type === "EFI" ? "EFI" : type === "MSR" ? "MSR" : "Primary",
        sizeMiB: extend || size === undefined ? undefined : Number(size),
        format: format === "FAT32" ? "FAT32" : format === "NTFS" ? "NTFS" : undefined,
        label: textOf(modify, "Label"),
        letter: textOf(modify, "Letter"),
        active: isTrue(child(modify, "Active")),
      },
    };
  });
}

/** Where a file names no active partition Setup takes the first: packer's files for 7 to 2016 install that way. */
export function withActive(
  partitions: readonly PartitionPlan[],
  { firmware }: MachineFacts,
): readonly PartitionPlan[] {
  if (firmware !== "bios" || partitions.some(({ active }) => active)) return partitions;
  return partitions.map((item, at) => (at === 0 ? { ...item, active: true } : item));
}

/**
 * What a firmware asks of a disk's partitions.
 *
 * @param installTo where Windows goes: InstallTo's PartitionID
 */
export function checkPartitions(
  partitions: readonly ReadPartition[],
  installTo: AnswerElement,
  { firmware }: MachineFacts,
  refuse: Refuse,
): void {
  const active = partitions.filter(({ plan }) => plan.active);
  const refuseActive = (reason: string, items: readonly ReadPartition[]): void => {
    for (const { modify } of items) refuse(`${MODIFY}/Active`, reason, child(modify, "Active"));
  };
  if (firmware === "bios") {
    for (const { plan, create } of partitions)
      if (plan.type !== "Primary") {
        const reason = `${plan.type} exists on GPT disks only; a BIOS starts from MBR`;
        refuse(`${CREATE}/Type`, reason, child(create, "Type"));
      }
    if (partitions.length > 4) refuse(`${DISK}/CreatePartitions`, "an MBR has room for four");
    refuseActive("an MBR has one active partition at most", active.slice(1));
  } else {
    if (!partitions.some(({ plan }) => plan.type === "EFI" && plan.format === "FAT32"))
      refuse(`${CREATE}/Type`, "UEFI needs an EFI partition, formatted as FAT32");
    refuseActive("GPT disks have no active partition", active);
  }
  const number = Number(installTo.text);
  const target = partitions[number - 1]?.plan;
  if (target === undefined)
    refuse(`${TO}/PartitionID`, `there is no partition ${number}`, installTo);
  else if (target.type !== "Primary" || target.format !== "NTFS") {
    const reason = `partition ${number} is not a primary one formatted as NTFS`;
    refuse(`${TO}/PartitionID`, reason, installTo);
  }
}

function order(item: AnswerElement): number {
  return Number(textOf(item, "Order") ?? 0);
}

import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { child, childrenOf, descend, textOf } from "../answer/element.ts";
import type { Finding } from "../refusal.ts";
import { checkPartitions, DISK, isTrue, readPartitions, TO, withActive } from "./partitions.ts";
import type { Refuse } from "./partitions.ts";
import type { DiskPlan, MachineFacts } from "./plan.ts";

const SETUP = "Microsoft-Windows-Setup";

/** The disk that Setup makes, or what keeps it from that. */
export function planDisk(
  document: AnswerDocument,
  machine: MachineFacts,
): { readonly disk?: DiskPlan | undefined; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const refuse: Refuse = (setting, reason, at, kind) => {
    findings.push({ kind, pass: "windowsPE", setting, reason, at });
  };
  const setup = component(document, "windowsPE", SETUP);
  if (setup === undefined) {
    refuse(SETUP, "it is missing: Setup has no disk to install to");
    return { findings };
  }
  const disks = childrenOf(child(setup, "DiskConfiguration"), "Disk");
  const installTo = descend(setup, "ImageInstall", "OSImage", "InstallTo");
  const anywhere = descend(setup, "ImageInstall", "OSImage", "InstallToAvailablePartition");
  if (installTo === undefined && isTrue(anywhere))
    refuse(TO, "this guest installs only where it is told", anywhere, "unplayable");
  else if (installTo === undefined) refuse(TO, "it is missing: Setup would ask where to install");
  const diskId = textOf(installTo, "DiskID");
  const partitionId = child(installTo, "PartitionID");
  if (installTo !== undefined && (diskId === undefined || partitionId === undefined))
    refuse(TO, "it needs DiskID and PartitionID", installTo);
  if (disks.length === 0) refuse(DISK, "it is missing: Setup would ask for a disk");
  for (const disk of disks) {
    const id = child(disk, "DiskID");
    if (id === undefined) refuse(`${DISK}/DiskID`, "it is missing");
    else if (Number(id.text) >= machine.disks)
      refuse(
        `${DISK}/DiskID`,
        `there is no disk ${id.text.trim()}; the machine has ${machine.disks}`,
        id,
      );
    const wipe = child(disk, "WillWipeDisk");
    if (!isTrue(wipe))
      refuse(`${DISK}/WillWipeDisk`, "this guest keeps nothing of a disk", wipe, "unplayable");
  }
  const target = disks.find((disk) => textOf(disk, "DiskID") === diskId);
  if (disks.length > 0 && diskId !== undefined && target === undefined)
    refuse(`${TO}/DiskID`, `the disk ${diskId} is not configured`, child(installTo, "DiskID"));
  if (target === undefined || partitionId === undefined) return { findings };
  const partitions = readPartitions(target, refuse);
  checkPartitions(partitions, partitionId, machine, refuse);
  return {
    findings,
    disk: {
      id: Number(diskId),
      table: machine.firmware === "uefi" ? "gpt" : "mbr",
      partitions: withActive(
        partitions.map(({ plan }) => plan),
        machine,
      ),
      installTo: Number(partitionId.text),
    },
  };
}

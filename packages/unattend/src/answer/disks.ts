import type { Firmware, GuestProfile } from "../catalogue/profile.ts";
import { listItem, plainSettings } from "./document.ts";
import { element } from "./xml.ts";
import type { XmlElement } from "./xml.ts";

interface Partition {
  /** Size in MiB; absent = the rest of the disk. */
  readonly megabytes?: number;
  readonly type: "Primary" | "EFI" | "MSR";
  /** What ModifyPartition says; absent = the partition is left as it is. */
  readonly modify?: Readonly<Record<string, string>>;
}

const windows = { Label: "Windows", Letter: "C", Format: "NTFS" };

const efi: readonly Partition[] = [
  { megabytes: 300, type: "EFI", modify: { Label: "System", Format: "FAT32" } },
  { megabytes: 16, type: "MSR" },
  { type: "Primary", modify: windows },
];

const twoPartitions: readonly Partition[] = [
  { megabytes: 300, type: "Primary", modify: { Active: "true", Label: "System", Format: "NTFS" } },
  { type: "Primary", modify: windows },
];

/** Vista and 2008 start from the partition that they are on. */
const onePartition: readonly Partition[] = [
  { type: "Primary", modify: { Active: "true", ...windows } },
];

/**
 * The partitions of the one disk, Windows' own last. EFI and MSR exist on GPT only and end Setup on MBR (Microsoft,
 * Unattend reference, CreatePartition/Type); sizes as Microsoft's samples and schneegans' generator have them.
 */
function layout({ version }: GuestProfile, firmware: Firmware): readonly Partition[] {
  if (firmware === "uefi") return efi;
  return version === "6.0" ? onePartition : twoPartitions;
}

/** The only disk, wiped and partitioned. Disk 0, because the media are CDs and there is no other disk. */
export function diskConfiguration(profile: GuestProfile, firmware: Firmware): XmlElement {
  const partitions = layout(profile, firmware);
  return element("DiskConfiguration", [
    listItem("Disk", [
      element("CreatePartitions", partitions.map(createPartition)),
      element("ModifyPartitions", partitions.flatMap(modifyPartition)),
      ...plainSettings({ DiskID: "0", WillWipeDisk: "true" }),
    ]),
    element("WillShowUI", "OnError"),
  ]);
}

/** Where Windows goes: the last partition of the layout. */
export function installTo(profile: GuestProfile, firmware: Firmware): XmlElement {
  return element(
    "InstallTo",
    plainSettings({ DiskID: "0", PartitionID: String(layout(profile, firmware).length) }),
  );
}

function createPartition({ megabytes, type }: Partition, at: number): XmlElement {
  const size = megabytes === undefined ? { Extend: "true" } : { Size: String(megabytes) };
  return listItem("CreatePartition", plainSettings({ Order: String(at + 1), ...size, Type: type }));
}

function modifyPartition({ modify }: Partition, at: number): XmlElement[] {
  if (modify === undefined) return [];
  const id = String(at + 1);
  return [listItem("ModifyPartition", plainSettings({ Order: id, PartitionID: id, ...modify }))];
}

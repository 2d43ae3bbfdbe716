import type { SetupSystem } from "../systems/system.ts";

/** What Setup is going to do: an answer file, understood. */
export interface SetupPlan {
  readonly disk: DiskPlan;
  /** `*` asks for a random one. */
  readonly computerName: string;
  readonly owner: string;
  readonly organization: string;
  /** Windows' name of it; the guest's clock runs on UTC all the same. */
  readonly timeZone: string;
  readonly interfaces: readonly InterfacePlan[];
  readonly accounts: readonly AccountPlan[];
  /** Who is logged on once, to run the first logon commands. */
  readonly logon: string;
  readonly commands: Readonly<Record<CommandPass, readonly PlannedCommand[]>>;
}

/** The passes that run commands. */
export type CommandPass = "windowsPE" | "specialize" | "oobeSystem";

/** The machine as Setup finds it, and which Windows' Setup it is. */
export interface MachineFacts {
  /** The Windows whose Setup reads; this guest's own, a Windows 10, when absent. */
  readonly system?: SetupSystem | undefined;
  /** Of the media: Windows' name, `amd64`. */
  readonly architecture: string;
  readonly firmware: "bios" | "uefi";
  readonly disks: number;
}

/** One disk, wiped. */
export interface DiskPlan {
  readonly id: number;
  readonly table: "mbr" | "gpt";
  readonly partitions: readonly PartitionPlan[];
  /** Number of the partition that becomes C:, from 1. */
  readonly installTo: number;
}

/** A partition. */
export interface PartitionPlan {
  readonly type: "Primary" | "EFI" | "MSR";
  /** In MiB; absent = the rest of the disk. */
  readonly sizeMiB?: number | undefined;
  readonly format?: "NTFS" | "FAT32" | undefined;
  readonly label?: string | undefined;
  readonly letter?: string | undefined;
  readonly active: boolean;
}

/** An address for a network card. */
export interface InterfacePlan {
  /** MAC address with dashes, or the name that Windows gives a card. */
  readonly identifier: string;
  /** `192.168.0.1/24`, … */
  readonly addresses: readonly string[];
  readonly gateway?: string | undefined;
}

/** An account of the installed system. */
export interface AccountPlan {
  readonly name: string;
  readonly administrator: boolean;
}

/** A command with how it is run here. */
export interface PlannedCommand {
  /** As the answer file has it. */
  readonly line: string;
  readonly description: string;
  /** The line taken apart by Windows' rules. */
  readonly argv: readonly string[];
  /** `posix`: the guest's own bash or shutdown; `windows`: by Wine. */
  readonly kind: "posix" | "windows";
  /** What is run in its place, and why, where this guest cannot run it as it is. */
  readonly playedBy?: string | undefined;
  readonly willReboot: "Always" | "OnRequest" | "Never";
}

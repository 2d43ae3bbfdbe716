/** The names that the catalogue has or will have, as the command line takes them. */
export type GuestName =
  | "reference"
  | "xp"
  | "xp64"
  | "2003"
  | "vista"
  | "2008"
  | "7"
  | "2008r2"
  | "8.1"
  | "2012r2"
  | "10"
  | "11"
  | "2016"
  | "2019"
  | "2022"
  | "2025";

/** What starts the guest. */
export type Firmware = "bios" | "uefi";

/** Processor architecture, as answer files spell it. It must equal that of the media. */
export type Architecture = "amd64" | "x86";

/** Which of the two languages Setup reads: `winnt.sif` (XP, 2003) or `Autounattend.xml` (Vista and later). */
export type AnswerDialect = "sif" | "xml";

/** What carries the answer file. */
export type AnswerMedium = "floppy" | "cdrom";

/** The newest SMB dialect that the guest speaks, in Samba's words. */
export type SmbDialect = "NT1" | "SMB2_02" | "SMB2_10" | "SMB3_00" | "SMB3_02" | "SMB3_11";

/** The devices that a guest has drivers for on its own media. */
export interface GuestHardware {
  /** Chip set. */
  readonly machine: "q35" | "pc";
  /** QEMU's name of the CPU model: at least what this Windows asks of a CPU, and no more than TCG can do. */
  readonly cpu: string;
  /** The one that suits TCG better, where there is one. */
  readonly tcgCpu?: string | undefined;
  /** Number of CPUs, from 1. */
  readonly cpus: number;
  /** RAM in bytes. */
  readonly memoryBytes: number;
  /** Size of the one disk in bytes. */
  readonly diskBytes: number;
  /** Where the disk hangs. NVMe is left out: QEMU 7.2 cannot save a machine that has it. */
  readonly diskBus: "ide" | "ahci";
  readonly nic: "rtl8139" | "e1000" | "e1000e";
  readonly display: "std" | "cirrus";
  /** The time at every cold start, as ISO 8601 without a zone (UTC). */
  readonly rtcBase: string;
}

/** An edition that the media may hold. */
export interface GuestEdition {
  /** `Professional`. */
  readonly name: string;
  /** The image's name in install.wim. */
  readonly imageName: string;
  /** The KMS client key that Microsoft publishes: it selects and installs the edition and activates nothing. */
  readonly clientKey: string;
}

/** How Setup of this version behaves; what the answer file says is made of it. */
export interface SetupBehaviour {
  /** Who runs at the first logon: a batch file of the set-up medium, or its shell script directly. */
  readonly firstLogon: "batch" | "shell";
  /** The last command at the first logon. */
  readonly shutdownCommand: string;
  /** Settings of `Microsoft-Windows-Shell-Setup/OOBE` that this version knows, with our value. */
  readonly oobe: Readonly<Record<string, string>>;
  /** Further settings of the pass specialize: component → setting → value. */
  readonly specialize: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What `HKLM\SYSTEM\Setup\LabConfig` has to hold to skip this version's checks of the machine. */
  readonly requirementBypasses: readonly string[];
  /** Editions, the default first. Empty: the media hold one image and take no key. */
  readonly editions: readonly GuestEdition[];
}

/** Where facts of a profile come from. */
export interface FactSource {
  /** Paths in the profile (`hardware.nic`); a path covers everything below it. */
  readonly facts: readonly string[];
  /** Document, project with file, or what was tried. */
  readonly source: string;
  /** True where the source is a habit or a claim that nobody here has seen confirmed. */
  readonly unverified?: true;
}

/** All that winvm knows of one guest system. Data only: a new Windows is a new value of this type. */
export interface GuestProfile {
  readonly name: GuestName;
  /** For people: `Windows 11`. */
  readonly title: string;
  /** Other names, besides those with `win` or `windows` in front. */
  readonly aliases: readonly string[];
  readonly architecture: Architecture;
  /** What it is installed with unless the user says otherwise. */
  readonly firmware: Firmware;
  /** All that it can be installed with. */
  readonly firmwares: readonly Firmware[];
  readonly dialect: AnswerDialect;
  /** What carries the answer file with the default firmware; see `answerMedium()`. */
  readonly answerMedium: AnswerMedium;
  readonly smb: SmbDialect;
  /** The POSIX shell: `cygwin` is installed from the media, `builtin` is there already. */
  readonly shell: "cygwin" | "builtin";
  /** Where that shell lives, as a Windows path. */
  readonly shellRoot: string;
  readonly hardware: GuestHardware;
  readonly setup: SetupBehaviour;
  readonly sources: readonly FactSource[];
}

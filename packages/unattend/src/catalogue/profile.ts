/** The names that the catalogue has, as the command line takes them. */
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

/** Desktop or server: what WIM files call the installation type, and what tells 10 from 2016, 8.1 from 2012 R2. */
export type GuestKind = "client" | "server";

/** What brings the SSH server and the shell: Cygwin, Microsoft's port as a file, or the one that Windows has already. */
export type ShellProvider = "cygwin" | "win32-openssh" | "in-box";

/** How Microsoft hands out the media: a trial, sold in a box or to subscribers, or for companies with many machines. */
export type MediaKind = "evaluation" | "retail" | "volume";

/** What Setup finds of a TPM: none, and it is told not to mind; or an emulated one. */
export type TpmChoice = "bypass" | "emulated";

/** The parts of an installation, in the words of the two Setups. */
export type SetupPhase =
  | "text-mode"
  | "gui-mode"
  | "first-logon"
  | "windowsPE"
  | "specialize"
  | "oobeSystem";

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
  /** Flags of the CPU with which Windows knows that it is virtual; for KVM only, TCG has none of them. */
  readonly enlightenments: readonly string[];
  /** The time at every cold start, as ISO 8601 without a zone (UTC). */
  readonly rtcBase: string;
}

/** An edition that the media may hold. */
export interface GuestEdition {
  /** `Professional`. */
  readonly name: string;
  /** EDITIONID in install.wim; that of evaluation media has `Eval` behind it. */
  readonly id: string;
  /** The image's name in install.wim. */
  readonly imageName: string;
  /** The KMS client key that Microsoft publishes: it selects and installs the edition and activates nothing. */
  readonly clientKey: string;
}

/** A build that there are media of. */
export interface GuestBuild {
  /** The third part of the version: `26100`. */
  readonly number: number;
  /** What Microsoft calls it: `24H2`, `SP1`. */
  readonly release: string;
}

/** What a kind of media means for the answer file. */
export interface GuestMedia {
  readonly kind: MediaKind;
  /**
   * `none`: Setup refuses every key. `user`: the user's own has to be given. `client`: the edition's KMS client key is
   * taken unless the user gives another.
   */
  readonly key: "none" | "user" | "client";
  /** `single`: one image. `key`: the key selects it. `choice`: it is named, by index or name. */
  readonly image: "single" | "key" | "choice";
}

/** The last Cygwin that runs on a guest, and where it is found. */
export interface CygwinRelease {
  /** Cygwin's own name of its architecture. */
  readonly architecture: "x86" | "x86_64";
  /** The architecture of the Windows that it is for. */
  readonly forGuest: Architecture;
  /** Version of the DLL, as far as it is fixed: `2.5.2`, `3.4`; `current`. */
  readonly version: string;
  /** Path below `circa/` of the Cygwin Time Machine: `2016/08/30/104223`; or `current`: any mirror of today. */
  readonly snapshot: string;
  /** Version of setup.exe that goes with it; undefined where it is not known, or the newest. */
  readonly setupVersion: string | undefined;
  readonly source: string;
}

/** What is different on media of another architecture than the default one; what is absent is not. */
export interface GuestVariant {
  readonly firmwares?: readonly Firmware[];
  readonly shellRoot?: string;
  readonly hardware?: Partial<GuestHardware>;
}

/** How Setup of this version behaves; what the answer file says is made of it. */
export interface SetupBehaviour {
  /** What runs at the first logon: a batch file of the set-up medium, or its shell script directly. */
  readonly firstLogon: "batch" | "shell";
  /** The last command at the first logon. */
  readonly shutdownCommand: string;
  /** Settings of `Microsoft-Windows-Shell-Setup/OOBE` that this version knows, with our value. */
  readonly oobe: Readonly<Record<string, string>>;
  /** Further settings of the pass specialize: component → setting → value. */
  readonly specialize: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What `HKLM\SYSTEM\Setup\LabConfig` has to hold to skip this version's checks of the machine. */
  readonly requirementBypasses: readonly string[];
  /** Editions, the default first. Empty: the media hold one image. */
  readonly editions: readonly GuestEdition[];
  /** What an installation goes through. */
  readonly phases: readonly SetupPhase[];
  /** How often Setup starts the machine again before the first logon. */
  readonly reboots: number;
  /** Whether language and keyboard have to be told again in the pass oobeSystem. */
  readonly oobeInternational: boolean;
  /** The time zone unless the user names one: a name of Windows' (xml) or an index (sif). */
  readonly timeZone: string;
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
  /** Version of the kernel, as WIM files have it: `6.1`. */
  readonly version: string;
  /** The builds that there are media of, oldest first. Empty where media tell in another way. */
  readonly builds: readonly GuestBuild[];
  readonly kind: GuestKind;
  /** The default of {@link architectures}; what the profile says is meant for it. */
  readonly architecture: Architecture;
  /** All that there are media for, the default first. */
  readonly architectures: readonly Architecture[];
  /** What differs on the others; `guestFor()` applies it. */
  readonly variants: Readonly<Partial<Record<Architecture, GuestVariant>>>;
  /** The kinds of media that there are. */
  readonly media: readonly GuestMedia[];
  /** What it is installed with unless the user says otherwise. */
  readonly firmware: Firmware;
  /** All that it can be installed with. */
  readonly firmwares: readonly Firmware[];
  /** Whether it can do something with a TPM; `bypass` is what every guest can have, and the default. */
  readonly tpm: readonly TpmChoice[];
  readonly dialect: AnswerDialect;
  /** What carries the answer file with the default firmware; see `answerMedium()`. */
  readonly answerMedium: AnswerMedium;
  readonly smb: SmbDialect;
  /** The POSIX shell: `cygwin` is installed from the media, `builtin` is there already. */
  readonly shell: "cygwin" | "builtin";
  /** Where that shell lives, as a Windows path. */
  readonly shellRoot: string;
  /** What may bring shell and SSH server, the default first. Empty: they are built in. */
  readonly shellProviders: readonly ShellProvider[];
  /** The Cygwin for each architecture; empty where the shell is built in. */
  readonly cygwin: readonly CygwinRelease[];
  readonly hardware: GuestHardware;
  readonly setup: SetupBehaviour;
  readonly sources: readonly FactSource[];
}

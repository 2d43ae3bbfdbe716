/** Formats of disk images that a machine can use. */
export type DiskFormat = "qcow2" | "raw";

/** What lies under a qcow2 image: read only, named by the caller and never taken from the image's header. */
export interface MachineBacking {
  readonly file: string;
  readonly format: DiskFormat;
  /** What lies under this one in turn. */
  readonly backing?: MachineBacking | undefined;
}

/** Where a disk is plugged in. `ide` is the parallel kind (PIIX3), `ahci` the serial one (ICH9). */
export type DiskBus = "ide" | "ahci" | "virtio-blk" | "virtio-scsi" | "nvme" | "usb";

export interface MachineDisk {
  /** Unique among disks and CDs; a lower-case letter, then letters, digits, dashes; at most 16 characters. */
  readonly id: string;
  readonly bus: DiskBus;
  readonly file: string;
  readonly format: DiskFormat;
  readonly readOnly?: boolean | undefined;
  /** Required where the image has a backing file, absent where it has none. */
  readonly backing?: MachineBacking | undefined;
  /** Place in the firmware's boot order, from 0. Once one device has an index, those without are not tried. */
  readonly bootIndex?: number | undefined;
  /** The guest's flushes are not carried out: for images that are thrown away after a power failure anyway. */
  readonly throwAway?: boolean | undefined;
}

export interface MachineCdrom {
  readonly id: string;
  /** An ISO image. */
  readonly file: string;
  readonly bootIndex?: number | undefined;
}

/** What the guest sees as its network card. */
export type NetworkModel = "rtl8139" | "e1000" | "e1000e" | "virtio-net" | "pcnet";

export interface MachineNetwork {
  readonly id: string;
  readonly model: NetworkModel;
  /** A unicast address, six pairs of hexadecimal digits: `52:54:00:12:01:01`. */
  readonly mac: string;
  /** `none` is a card without a cable. */
  readonly backend:
    | { readonly kind: "vde"; readonly socketDirectory: string }
    | { readonly kind: "none" };
}

/** A directory of the host that the guest may mount by 9p (virtio, security model `none`). */
export interface MachineShare {
  /** The mount tag: what the guest says to mount it; at most 31 bytes. */
  readonly tag: string;
  readonly directory: string;
  readonly readOnly: boolean;
}

export type MachineFirmware =
  | { readonly kind: "bios" }
  /** `code` is shared and read only; `vars` is the machine's own writable copy of the template. */
  | { readonly kind: "uefi"; readonly code: string; readonly vars: string };

/**
 * Where the guest's RAM lives. `template`: in a file. `save` creates the file and writes it for as long as the
 * machine lives; `revive` maps it copy-on-write, so that any number of machines share one unchanged file. `continue` goes
 * on in a file of the machine's own, the copy of a template: it is loaded as by `revive`, writes the file from then on, and
 * can be saved again.
 */
export type MachineMemory =
  | { readonly kind: "private" }
  | { readonly kind: "template"; readonly file: string; readonly mode: TemplateMode };

/** What is done with a template; see {@link MachineMemory}. */
export type TemplateMode = "save" | "revive" | "continue";

/** Whether a machine begins with the RAM of a saved one. */
export function isRevived({ memory }: Machine): boolean {
  return memory.kind === "template" && memory.mode !== "save";
}

/** A PC, as data. {@link machineArgv} turns it into a command line, {@link startMachine} into a process. */
export interface Machine {
  /** For messages and process lists; letters, digits, `.`, `_`, `-`; at most 48 characters. */
  readonly name: string;
  /** `pc-q35-7.2`, `pc-i440fx-7.2`, or the alias `q35` or `pc` for the newest that QEMU has. */
  readonly machineType: string;
  /** QEMU's name of a CPU model with flags: `Nehalem`, `qemu64,+ssse3`. */
  readonly cpu: string;
  /** 1…64 */
  readonly cpus: number;
  /** A multiple of 1 MiB. */
  readonly memoryBytes: number;
  readonly accelerator: "kvm" | "tcg";
  readonly firmware: MachineFirmware;
  /** A Linux kernel that is booted directly. */
  readonly kernel?:
    | { readonly kernel: string; readonly initrd: string; readonly append: string }
    | undefined;
  readonly disks: readonly MachineDisk[];
  readonly cdroms: readonly MachineCdrom[];
  /** A raw image of 1.44 MB. */
  readonly floppy?: { readonly file: string; readonly readOnly?: boolean | undefined } | undefined;
  readonly networks: readonly MachineNetwork[];
  /** Names of virtio-serial ports; their streams are in `RunningMachine.ports`. */
  readonly ports: readonly string[];
  readonly shares: readonly MachineShare[];
  /** A TPM 2.0, from a `swtpm` that listens at this control socket. A machine that has one can't be a template. */
  readonly tpm?: { readonly socket: string } | undefined;
  /** What the guest writes to COM1 is appended to this file. */
  readonly serialLog?: string | undefined;
  readonly display: "none" | "std" | "cirrus";
  /** The clock at power-on, UTC: `2026-01-31T12:00:00`; fractions of a second and a final `Z` are dropped. */
  readonly rtcBase: string;
  readonly memory: MachineMemory;
  /**
   * Without what a Linux of one's own does without: q35's SATA, and all but the first interface of virtio's network, ports and
   * shares. QEMU is ready sooner, and smaller by some 2 MiB where there are ten of them.
   */
  readonly lean?: boolean | undefined;
  /** A reboot of the guest ends QEMU. */
  readonly noReboot?: boolean | undefined;
  /** Texts that the guest finds in QEMU's firmware configuration, by names below `opt/`: `opt/org.example/what`. */
  readonly firmwareConfig?: Readonly<Record<string, string>> | undefined;
  /**
   * The Virtual Machine Generation ID, a UUID: the guest is told when a saved state is loaded with another one, and takes new
   * random numbers then (Windows since 8, Linux since 5.18). A state that was saved with one is loaded with one.
   */
  readonly generationId?: string | undefined;
  /** Values of further `-device` options, as QEMU reads them. */
  readonly extraDevices?: readonly string[] | undefined;
}

/** The two chipsets known here, by the names QEMU's versioned types begin with. */
export type Chipset = "q35" | "i440fx";

/** The chipset of a versioned machine type; undefined for others (`microvm`, `isapc`). */
export function chipsetOf(machineType: string): Chipset | undefined {
  if (/^pc-q35-\d/.test(machineType)) return "q35";
  if (/^pc-i440fx-\d/.test(machineType)) return "i440fx";
  return undefined;
}

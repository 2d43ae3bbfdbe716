import type {
  Machine,
  MachineBacking,
  MachineCdrom,
  MachineMemory,
  MachineNetwork,
} from "@winvm/qemu";
import type { GuestHardware, GuestProfile } from "@winvm/unattend";
import type { Host } from "../host/host.ts";
import { knowsGenerations, stateGeneration } from "./generation.ts";

/** The addresses of the private network: the same in every clone, each has a switch of its own. */
export const network = {
  guest: { address: "192.168.0.1", mac: "52:54:00:12:01:01" },
  controller: { address: "192.168.0.2", mac: "52:54:00:12:01:02" },
  prefixLength: 24,
} as const;

/** What differs between the guest's machines of the three stages. */
export interface GuestMachineParts {
  readonly name: string;
  readonly disk: {
    readonly file: string;
    readonly backing?: MachineBacking;
    readonly throwAway?: boolean;
  };
  readonly memory: MachineMemory;
  readonly network: MachineNetwork["backend"];
  readonly cdroms?: readonly MachineCdrom[];
  readonly floppy?: string;
  /** The control socket of a TPM's emulator. */
  readonly tpm?: string;
  readonly firmware: Machine["firmware"];
  readonly serialLog: string;
  readonly firmwareConfig?: Machine["firmwareConfig"];
  /** The clone's generation, where the guest knows such a thing; that of all states when absent. */
  readonly generationId?: string | undefined;
  /** A machine type that a manifest pins; the profile's otherwise. */
  readonly machineType?: string;
}

/** The CPU that suits guest and accelerator, in QEMU's words. Pure. */
export function guestCpu(hardware: GuestHardware, accelerator: Host["accelerator"]): string {
  if (accelerator === "tcg") return hardware.tcgCpu ?? hardware.cpu;
  return [hardware.cpu, ...hardware.enlightenments].join(",");
}

/** The guest's machine, from its profile. */
export function guestMachine(profile: GuestProfile, host: Host, parts: GuestMachineParts): Machine {
  const { hardware } = profile;
  return {
    name: parts.name,
    machineType: parts.machineType ?? hardware.machine,
    cpu: guestCpu(hardware, host.accelerator),
    cpus: hardware.cpus,
    memoryBytes: hardware.memoryBytes,
    accelerator: host.accelerator,
    firmware: parts.firmware,
    disks: [
      {
        id: "disk0",
        bus: hardware.diskBus,
        file: parts.disk.file,
        format: "qcow2",
        bootIndex: 0,
        ...(parts.disk.backing === undefined ? {} : { backing: parts.disk.backing }),
        ...(parts.disk.throwAway === undefined ? {} : { throwAway: parts.disk.throwAway }),
      },
    ],
    cdroms: parts.cdroms ?? [],
    ...(parts.floppy === undefined ? {} : { floppy: { file: parts.floppy, readOnly: true } }),
    ...(parts.tpm === undefined ? {} : { tpm: { socket: parts.tpm } }),
    networks: [{ id: "net0", model: hardware.nic, mac: network.guest.mac, backend: parts.network }],
    ports: [],
    shares: [],
    serialLog: parts.serialLog,
    ...(parts.firmwareConfig === undefined ? {} : { firmwareConfig: parts.firmwareConfig }),
    display: hardware.display,
    ...(knowsGenerations(profile) ? { generationId: parts.generationId ?? stateGeneration } : {}),
    rtcBase: hardware.rtcBase,
    memory: parts.memory,
  };
}

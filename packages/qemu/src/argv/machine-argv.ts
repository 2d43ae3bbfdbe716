import type { QemuFeatures } from "../features/features.ts";
import { findMachineType } from "../features/machine-type.ts";
import { chipsetOf, isRevived, type Machine } from "../machine/machine.ts";
import { requireValidMachine } from "../machine/validate.ts";
import { channelsArgv } from "./channels.ts";
import { generationArgv } from "./generation.ts";
import { memoryObject } from "./memory.ts";
import { networkArgv } from "./network.ts";
import { qemuOption } from "./option.ts";
import { sharesArgv } from "./shares.ts";
import { hex, pciBus, slots } from "./slots.ts";
import { storageArgv } from "./storage.ts";
import { tpmArgv } from "./tpm.ts";

/** Numbers of the descriptors that the process inherits. */
export interface ArgvLayout {
  /** A connected socket that speaks QMP. */
  readonly qmpFd: number;
  /** A connected socket for each of the machine's ports, in order. */
  readonly portFds: readonly number[];
  /** The process waits for a saved state (`migrate-incoming`). */
  readonly incoming?: boolean | undefined;
}

/** QEMU may do no more than it needs: no new privileges, no children, no scheduling tricks. */
const sandbox = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

/**
 * The arguments of the QEMU process that is this machine. A pure function: the same machine, layout and features
 * give the same arguments. The machine starts stopped; QMP's `cont` lets it run.
 *
 * @throws {QemuError} `QEMU_MACHINE_INVALID` with all faults
 */
export function machineArgv(
  machine: Machine,
  layout: ArgvLayout,
  features: QemuFeatures,
): readonly string[] {
  requireValidMachine(machine, features);
  const machineType = findMachineType(machine.machineType, features) ?? machine.machineType;
  const pinned: Machine = { ...machine, machineType };
  return [
    "-nodefaults",
    "-no-user-config",
    "-sandbox",
    sandbox,
    ...identity(pinned),
    ...processor(pinned),
    ...memoryObject(pinned, features),
    ...behaviour(pinned, layout),
    ...kernel(pinned),
    ...channelsArgv(pinned, layout),
    ...display(pinned),
    ...storageArgv(pinned),
    ...networkArgv(pinned),
    ...sharesArgv(pinned),
    ...Object.entries(pinned.firmwareConfig ?? {}).flatMap(([name, value]) => [
      "-fw_cfg",
      qemuOption(undefined, { name, string: value }),
    ]),
    ...tpmArgv(pinned),
    ...generationArgv(pinned),
    ...(pinned.extraDevices ?? []).flatMap((device) => ["-device", device]),
  ];
}

function identity(machine: Machine): readonly string[] {
  return [
    "-name",
    qemuOption(undefined, { guest: machine.name }),
    "-machine",
    qemuOption(machine.machineType, {
      "memory-backend": "ram0",
      usb: false,
      vmport: false,
      "dump-guest-core": false,
      ...(machine.lean === true && chipsetOf(machine.machineType) === "q35" ? { sata: false } : {}),
      ...(machine.firmware.kind === "uefi" ? { pflash0: "fw-code", pflash1: "fw-vars" } : {}),
    }),
    "-accel",
    machine.accelerator,
  ];
}

function processor(machine: Machine): readonly string[] {
  const { cpus } = machine;
  return [
    "-cpu",
    machine.cpu,
    "-smp",
    // All of it said: what is left out, machine types fill in each in its own way.
    qemuOption(undefined, { cpus, sockets: 1, cores: cpus, threads: 1, maxcpus: cpus }),
  ];
}

function behaviour(machine: Machine, layout: ArgvLayout): readonly string[] {
  const powerManagement = chipsetOf(machine.machineType) === "q35" ? "ICH9-LPC" : "PIIX4_PM";
  const ordered = [...machine.disks, ...machine.cdroms].some(
    ({ bootIndex }) => bootIndex !== undefined,
  );
  return [
    "-display",
    "none",
    "-S",
    "-rtc",
    // The guest's clock stands still while the machine does.
    qemuOption(undefined, { base: rtcBase(machine.rtcBase), clock: "vm" }),
    "-boot",
    qemuOption(undefined, { menu: false, ...(ordered ? { strict: true } : {}) }),
    // A guest that falls asleep would never answer again.
    "-global",
    `${powerManagement}.disable_s3=1`,
    "-global",
    `${powerManagement}.disable_s4=1`,
    // A revived machine has no kernel to boot again (see kernel()).
    ...(machine.noReboot === true || (isRevived(machine) && machine.kernel !== undefined)
      ? ["-no-reboot"]
      : []),
    // A device that can't be saved is refused here and not when the save fails.
    // A mounted 9p share blocks the save for as long as it is mounted, and QEMU would then refuse the mount itself.
    ...(machine.memory.kind === "template" && machine.shares.length === 0
      ? ["-only-migratable"]
      : []),
    ...(layout.incoming === true ? ["-incoming", "defer"] : []),
  ];
}

/** `2026-01-31T12:00:00.000Z` → `2026-01-31T12:00:00`, all that QEMU reads. */
function rtcBase(iso: string): string {
  return iso.slice(0, "2026-01-31T12:00:00".length);
}

function kernel(machine: Machine): readonly string[] {
  // A revived guest has its kernel in RAM; without another copy each clone is smaller by kernel and initrd.
  if (machine.kernel === undefined || isRevived(machine)) return [];
  const { kernel: image, initrd, append } = machine.kernel;
  return ["-kernel", image, "-initrd", initrd, "-append", append];
}

function display(machine: Machine): readonly string[] {
  const place = {
    id: "display0",
    bus: pciBus(chipsetOf(machine.machineType) ?? "q35"),
    addr: hex(slots.display),
  };
  switch (machine.display) {
    case "none":
      return [];
    case "std":
      // Video memory travels in the saved state: 4 MiB hold 1024×768, the 8 MiB of UEFI its 1280×800.
      return [
        "-device",
        qemuOption("VGA", { ...place, vgamem_mb: machine.firmware.kind === "uefi" ? 8 : 4 }),
      ];
    case "cirrus":
      return ["-device", qemuOption("cirrus-vga", { ...place, vgamem_mb: 4 })];
  }
}

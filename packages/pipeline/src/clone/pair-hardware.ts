import { controllerMachine } from "@winvm/controller/machine";
import { hardwareOf, machineArgv, type Hardware, type Machine } from "@winvm/qemu";
import { findGuest, guestFor } from "@winvm/unattend/catalogue";
import type { Host } from "../host/host.ts";
import { guestMachine } from "../machines/guest-machine.ts";
import { withResources } from "../machines/resources.ts";
import type { StateFacts } from "../stages/freeze/state-facts.ts";

/** What of a state's facts decides about its hardware. */
export type HardwareFacts = Pick<
  StateFacts,
  | "guest"
  | "architecture"
  | "firmware"
  | "guestMachineType"
  | "controllerMachineType"
  | "tags"
  | "memoryBytes"
  | "cpus"
>;

/**
 * The hardware that a revival on this host would give to both machines: the descriptions of the revival, with paths that
 * mean nothing.
 *
 * @throws QemuError `QEMU_MACHINE_INVALID` where this QEMU has no such machine type or device.
 */
export function pairHardware(
  facts: HardwareFacts,
  host: Host,
): { readonly guest: Hardware; readonly controller: Hardware } {
  const somewhere = "/nowhere";
  const memory = { kind: "template", file: somewhere, mode: "revive" } as const;
  const profile = withResources(guestFor(findGuest(facts.guest), facts.architecture), facts);
  const guest = guestMachine(profile, host, {
    name: "guest",
    machineType: facts.guestMachineType,
    disk: { file: somewhere, backing: { file: somewhere, format: "qcow2" } },
    memory,
    network: { kind: "vde", socketDirectory: somewhere },
    firmware:
      facts.firmware === "bios"
        ? { kind: "bios" }
        : { kind: "uefi", code: somewhere, vars: somewhere },
    serialLog: somewhere,
  });
  const controller = controllerMachine({
    image: { kernel: somewhere, initrd: somewhere },
    name: "controller",
    machineType: facts.controllerMachineType,
    accelerator: host.accelerator,
    socketDirectory: somewhere,
    shares: facts.tags.map((tag, index) => ({
      tag,
      directory: `${somewhere}/${index}`,
      readOnly: false,
    })),
    publicKey: "",
    serialLog: somewhere,
    memory,
    rtcBase: guest.rtcBase,
  });
  return { guest: visible(guest, host), controller: visible(controller, host) };
}

function visible(machine: Machine, host: Host): Hardware {
  const portFds = machine.ports.map((_, index) => 4 + index);
  return hardwareOf(machineArgv(machine, { qmpFd: 3, portFds, incoming: true }, host.features));
}

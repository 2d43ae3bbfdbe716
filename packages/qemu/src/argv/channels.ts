import { chipsetOf, type Machine } from "../machine/machine.ts";
import type { ArgvLayout } from "./machine-argv.ts";
import { qemuOption } from "./option.ts";
import { hex, pciBus, slots } from "./slots.ts";
import { virtioOptions } from "./virtio.ts";

/** QMP, the virtio-serial ports and the log of COM1: sockets are inherited, none has a name in a file system. */
export function channelsArgv(machine: Machine, layout: ArgvLayout): readonly string[] {
  return [
    "-chardev",
    qemuOption("socket", { id: "qmp", fd: layout.qmpFd }),
    "-mon",
    qemuOption(undefined, { chardev: "qmp", mode: "control" }),
    ...serialLog(machine),
    ...ports(machine, layout),
  ];
}

function serialLog({ serialLog: path }: Machine): readonly string[] {
  if (path === undefined) return [];
  return [
    "-chardev",
    qemuOption("file", { id: "serial0", path, append: true }),
    "-device",
    qemuOption("isa-serial", { id: "com1", chardev: "serial0" }),
  ];
}

function ports(machine: Machine, layout: ArgvLayout): readonly string[] {
  if (machine.ports.length === 0) return [];
  const controller = qemuOption("virtio-serial-pci", {
    id: "vser0",
    bus: pciBus(chipsetOf(machine.machineType) ?? "q35"),
    addr: hex(slots.virtioSerial),
    // The guest looks through the queues of all possible ports at each interrupt; 31 are QEMU's default.
    max_ports: machine.ports.length + 1,
    ...virtioOptions(machine),
  });
  return [
    "-device",
    controller,
    ...machine.ports.flatMap((name, index) => {
      const id = `port${index}`;
      return [
        "-chardev",
        qemuOption("socket", { id, fd: layout.portFds[index] }),
        "-device",
        // The reserved console is port 0.
        qemuOption("virtserialport", { id, bus: "vser0.0", nr: index + 1, chardev: id, name }),
      ];
    }),
  ];
}

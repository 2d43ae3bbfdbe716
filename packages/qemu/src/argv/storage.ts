import { chipsetOf, type Chipset, type Machine, type MachineDisk } from "../machine/machine.ts";
import { blockNodes, pflashNodes } from "./block-nodes.ts";
import { qemuOption } from "./option.ts";
import { hex, pciBus, slots } from "./slots.ts";

/** Disks, CDs, the floppy, the flash chips of UEFI, and the controllers that they need. */
export function storageArgv(machine: Machine): readonly string[] {
  const chipset = chipsetOf(machine.machineType) ?? "q35";
  const sockets = planSockets(machine, chipset);
  return [
    ...pflashNodes(machine.firmware),
    ...controllers(machine, chipset),
    ...machine.disks.flatMap((disk) => [
      ...blockNodes(disk),
      "-device",
      diskDevice(disk, machine, chipset, sockets),
    ]),
    ...machine.cdroms.flatMap((cdrom) => [
      ...blockNodes({ id: cdrom.id, file: cdrom.file, format: "raw", readOnly: true }),
      "-device",
      qemuOption("ide-cd", {
        id: cdrom.id,
        drive: cdrom.id,
        ...sockets.get(cdrom.id),
        bootindex: cdrom.bootIndex,
      }),
    ]),
    ...floppy(machine, chipset),
  ];
}

interface Socket {
  readonly bus: string;
  readonly unit: number;
}

/**
 * Who sits where on the chipset's own disk controller. IDE has two buses of two units: disks from the first bus on,
 * CDs from the second bus on, as PC makers wired them. AHCI has six buses of one unit: disks, then CDs.
 */
export function planSockets(machine: Machine, chipset: Chipset): ReadonlyMap<string, Socket> {
  const plan = new Map<string, Socket>();
  const ideBus = chipset === "q35" ? "ide9" : "ide";
  const ide = [0, 1, 2, 3].map((n) => ({ bus: `${ideBus}.${n >> 1}`, unit: n & 1 }));
  const ahciBus = chipset === "q35" ? "ide" : "ahci0";
  const ahci = [0, 1, 2, 3, 4, 5].map((n) => ({ bus: `${ahciBus}.${n}`, unit: 0 }));
  for (const disk of machine.disks) {
    const place = disk.bus === "ide" ? ide.shift() : disk.bus === "ahci" ? ahci.shift() : undefined;
    if (place) plan.set(disk.id, place);
  }
  const onIde = machine.disks.some((disk) => disk.bus === "ide") || chipset === "i440fx";
  for (const cdrom of machine.cdroms) {
    const second = ide.findIndex((place) => place.bus.endsWith(".1"));
    const place = onIde ? ide.splice(Math.max(second, 0), 1)[0] : ahci.shift();
    if (place) plan.set(cdrom.id, place);
  }
  return plan;
}

function controllers(machine: Machine, chipset: Chipset): readonly string[] {
  const buses = new Set(machine.disks.map((disk) => disk.bus));
  const bus = pciBus(chipset);
  const wanted: string[] = [];
  if (buses.has("ide") && chipset === "q35") {
    wanted.push(qemuOption("piix3-ide", { id: "ide9", bus, addr: hex(slots.ide) }));
  }
  if (buses.has("ahci") && chipset === "i440fx") {
    wanted.push(qemuOption("ich9-ahci", { id: "ahci0", bus, addr: hex(slots.ahci) }));
  }
  if (buses.has("virtio-scsi")) {
    wanted.push(qemuOption("virtio-scsi-pci", { id: "scsi0", bus, addr: hex(slots.virtioScsi) }));
  }
  if (buses.has("usb")) {
    wanted.push(qemuOption("usb-ehci", { id: "usb0", bus, addr: hex(slots.usb) }));
  }
  return wanted.flatMap((device) => ["-device", device]);
}

function diskDevice(
  disk: MachineDisk,
  machine: Machine,
  chipset: Chipset,
  sockets: ReadonlyMap<string, Socket>,
): string {
  const common = { id: disk.id, drive: disk.id, bootindex: disk.bootIndex };
  const pciDisks = machine.disks.filter(({ bus }) => bus === "virtio-blk" || bus === "nvme");
  const place = { bus: pciBus(chipset), addr: hex(slots.disk(pciDisks.indexOf(disk))) };
  switch (disk.bus) {
    case "ide":
    case "ahci":
      return qemuOption("ide-hd", { ...common, ...sockets.get(disk.id) });
    case "virtio-blk":
      return qemuOption("virtio-blk-pci", { ...common, ...place });
    case "nvme":
      return qemuOption("nvme", { ...common, ...place, serial: disk.id });
    case "virtio-scsi":
      return qemuOption("scsi-hd", { ...common, bus: "scsi0.0" });
    case "usb":
      return qemuOption("usb-storage", { ...common, bus: "usb0.0" });
  }
}

function floppy(machine: Machine, chipset: Chipset): readonly string[] {
  if (machine.floppy === undefined) return [];
  const { file, readOnly } = machine.floppy;
  return [
    // The i440fx machines have the controller on board.
    ...(chipset === "q35" ? ["-device", qemuOption("isa-fdc", { id: "fdc0" })] : []),
    ...blockNodes({ id: "floppy0", file, format: "raw", readOnly }),
    "-device",
    qemuOption("floppy", { id: "floppy0", drive: "floppy0", unit: 0 }),
  ];
}

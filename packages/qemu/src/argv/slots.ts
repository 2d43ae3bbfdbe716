import type { Chipset } from "../machine/machine.ts";

/**
 * Fixed places on the first PCI bus, so that a device which is added or left out never moves another: Windows takes
 * a moved device for a new one. 0 and 1 (and 31 on q35) belong to the chipset.
 */
export const slots: {
  readonly display: number;
  readonly network: (index: number) => number;
  readonly virtioSerial: number;
  readonly ahci: number;
  readonly virtioScsi: number;
  readonly usb: number;
  readonly ide: number;
  readonly disk: (index: number) => number;
  readonly share: (index: number) => number;
} = {
  display: 2,
  network: (index) => 3 + index,
  virtioSerial: 7,
  ahci: 8,
  virtioScsi: 9,
  usb: 10,
  ide: 11,
  disk: (index) => 12 + index,
  share: (index) => 16 + index,
};

/** How many of each the fixed places hold. */
export const limits: {
  readonly networks: number;
  readonly pciDisks: number;
  readonly shares: number;
  readonly ports: number;
  readonly ideUnits: number;
  readonly ahciPorts: number;
  readonly floppyBytes: number;
} = {
  networks: 4,
  /** virtio-blk and nvme, which have a place each. */
  pciDisks: 4,
  shares: 10,
  /** One of the 31 is the console that virtio-serial reserves. */
  ports: 30,
  ideUnits: 4,
  ahciPorts: 6,
  floppyBytes: 1_474_560,
};

/** The name of the first PCI bus. */
export function pciBus(chipset: Chipset): string {
  return chipset === "q35" ? "pcie.0" : "pci.0";
}

/** A slot's number as QEMU's manuals write it. */
export function hex(slot: number): string {
  return `0x${slot.toString(16)}`;
}

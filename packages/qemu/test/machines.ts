import type { Machine, QemuFeatures } from "../src/index.ts";

/** What QEMU 7.2 of Debian 12 answers, shortened to what the tests ask for. */
export const features: QemuFeatures = {
  binary: "/usr/bin/qemu-system-x86_64",
  executable: "/usr/bin/qemu-system-x86_64",
  version: "7.2.22",
  machineTypes: [
    { name: "isapc" },
    { name: "microvm" },
    { name: "pc-i440fx-7.1" },
    { name: "pc-i440fx-7.2", alias: "pc" },
    { name: "pc-q35-7.1" },
    { name: "pc-q35-7.2", alias: "q35" },
  ],
  devices: ["e1000", "e1000e", "nvme", "pcnet", "rtl8139", "tpm-crb", "virtio-net-pci", "vmgenid"],
  netdevs: ["user", "vde"],
  sandbox: true,
  kvm: true,
  templateReadOnly: false,
  ignoreShared: true,
  mappedRam: false,
  fileTransport: false,
  screendumpPng: true,
};

/** A machine with nothing in it. */
export const bare: Machine = {
  name: "test",
  machineType: "q35",
  cpu: "Nehalem",
  cpus: 1,
  memoryBytes: 64 * 2 ** 20,
  accelerator: "tcg",
  firmware: { kind: "bios" },
  disks: [],
  cdroms: [],
  networks: [],
  ports: [],
  shares: [],
  display: "none",
  rtcBase: "2026-01-31T12:00:00",
  memory: { kind: "private" },
};

/** A machine with one of everything that a UEFI guest may have. */
export const full: Machine = {
  ...bare,
  name: "full",
  machineType: "pc-q35-7.2",
  cpus: 2,
  memoryBytes: 2 ** 30,
  firmware: { kind: "uefi", code: "/fw/code.fd", vars: "/vm/vars.fd" },
  disks: [
    {
      id: "system",
      bus: "ahci",
      file: "/vm/clone.qcow2",
      format: "qcow2",
      backing: {
        file: "/vm/state.qcow2",
        format: "qcow2",
        backing: { file: "/vm/image.qcow2", format: "qcow2" },
      },
      bootIndex: 0,
      throwAway: true,
    },
    { id: "data", bus: "virtio-blk", file: "/vm/data, old.raw", format: "raw", readOnly: true },
    { id: "stick", bus: "usb", file: "/vm/stick.raw", format: "raw" },
    { id: "scsi", bus: "virtio-scsi", file: "/vm/scsi.raw", format: "raw" },
  ],
  cdroms: [{ id: "setup", file: "/iso/setup.iso", bootIndex: 1 }],
  floppy: { file: "/vm/answer.img", readOnly: true },
  networks: [
    {
      id: "lan",
      model: "e1000e",
      mac: "52:54:00:12:01:01",
      backend: { kind: "vde", socketDirectory: "/run/vde,1" },
    },
    { id: "spare", model: "rtl8139", mac: "52:54:00:12:01:03", backend: { kind: "none" } },
  ],
  ports: ["winvm.ssh", "winvm.bulk"],
  shares: [
    { tag: "xchg", directory: "/vm/xchg", readOnly: false },
    { tag: "nixstore", directory: "/nix/store", readOnly: true },
  ],
  serialLog: "/vm/serial.log",
  display: "std",
  memory: { kind: "template", file: "/vm/ram", mode: "save" },
  noReboot: true,
  extraDevices: ["virtio-rng-pci"],
};

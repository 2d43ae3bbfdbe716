import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  machineArgv,
  machineFaults,
  QemuError,
  type Machine,
  type MachineDisk,
} from "../../src/index.ts";
import { bare, features, full } from "../machines.ts";

const template = { kind: "template", file: "/ram", mode: "save" } as const;
const disk: MachineDisk = { id: "d", bus: "ahci", file: "/d.raw", format: "raw" };
const network = {
  id: "lan",
  model: "e1000",
  mac: "52:54:00:12:01:01",
  backend: { kind: "none" },
} as const;

/** A disk over so many images. */
function chain(depth: number): MachineDisk {
  let backing: MachineDisk["backing"];
  for (let n = 0; n < depth; n += 1) backing = { file: `/${n}`, format: "qcow2", backing };
  return { ...disk, format: "qcow2", backing };
}

function paths(machine: Partial<Machine>): readonly string[] {
  return machineFaults({ ...bare, ...machine }, features).map(({ path }) => path);
}

describe("machineFaults", () => {
  test("finds none in machines that are right", () => {
    expect(machineFaults(bare, features)).toEqual([]);
    expect(machineFaults(full, features)).toEqual([]);
  });

  test.for<[reason: string, fault: string, machine: Partial<Machine>]>([
    ["a name with a blank", "name", { name: "a b" }],
    ["a name that is an option", "name", { name: "-x" }],
    ["an unknown type", "machineType", { machineType: "pc-q35-99.0" }],
    ["a type that is no PC", "machineType", { machineType: "microvm" }],
    ["no CPU", "cpu", { cpu: "" }],
    ["the host's CPU without KVM", "cpu", { cpu: "host" }],
    ["a CPU that can't be saved", "cpu", { cpu: "Nehalem,+invtsc", memory: template }],
    [
      "Hyper-V passthrough in a template",
      "cpu",
      { cpu: "Nehalem,hv-passthrough", memory: template },
    ],
    ["a TPM in a template", "tpm", { tpm: { socket: "/t" }, memory: template }],
    ["a TPM without a socket", "tpm.socket", { tpm: { socket: "" } }],
    ["no processors", "cpus", { cpus: 0 }],
    ["half a processor", "cpus", { cpus: 1.5 }],
    ["half a MiB", "memoryBytes", { memoryBytes: 2 ** 19 }],
    ["no memory", "memoryBytes", { memoryBytes: 0 }],
    ["no template file", "memory.file", { memory: { ...template, file: "" } }],
    ["no firmware", "firmware.code", { firmware: { kind: "uefi", code: "", vars: "/v" } }],
    [
      "a long command line",
      "kernel.append",
      { kernel: { kernel: "/k", initrd: "/i", append: "x".repeat(2048) } },
    ],
    ["a date without time", "rtcBase", { rtcBase: "2026-01-31" }],
    ["the 13th month", "rtcBase", { rtcBase: "2026-13-31T12:00:00" }],
    ["an upper-case id", "disks[0].id", { disks: [{ ...disk, id: "D" }] }],
    ["a reserved id", "disks[0].id", { disks: [{ ...disk, id: "fw-code" }] }],
    ["an id twice", "cdroms[0].id", { disks: [disk], cdroms: [{ id: "d", file: "/c" }] }],
    [
      "a network with a disk's id",
      "networks[0].id",
      { disks: [disk], networks: [{ ...network, id: "d" }] },
    ],
    ["SATA that is left out", "lean", { lean: true, disks: [disk] }],
    ["an empty path", "disks[0].file", { disks: [{ ...disk, file: "" }] }],
    ["a path with a zero byte", "disks[0].file", { disks: [{ ...disk, file: "/a\0b" }] }],
    ["an unknown bus", "disks[0].bus", { disks: [{ ...disk, bus: "scsi" as "usb" }] }],
    ["NVMe in a template", "disks[0].bus", { disks: [{ ...disk, bus: "nvme" }], memory: template }],
    ["a read-only AHCI disk", "disks[0].readOnly", { disks: [{ ...disk, readOnly: true }] }],
    [
      "a raw image over another",
      "disks[0].backing",
      { disks: [{ ...disk, backing: { file: "/b", format: "raw" } }] },
    ],
    [
      "a boot index twice",
      "disks[1].bootIndex",
      {
        disks: [
          { ...disk, bootIndex: 0 },
          { ...disk, id: "e", bootIndex: 0 },
        ],
      },
    ],
    ["a negative boot index", "disks[0].bootIndex", { disks: [{ ...disk, bootIndex: -1 }] }],
    [
      "too many disks on AHCI",
      "disks",
      { disks: Array.from({ length: 7 }, (_, n) => ({ ...disk, id: `d${n}` })) },
    ],
    [
      "too many CDs on IDE",
      "disks",
      {
        machineType: "pc",
        cdroms: Array.from({ length: 5 }, (_, n) => ({ id: `c${n}`, file: "/c" })),
      },
    ],
    [
      "a group address",
      "networks[0].mac",
      { networks: [{ ...network, mac: "53:54:00:12:01:01" }] },
    ],
    ["an address twice", "networks[1].mac", { networks: [network, { ...network, id: "b" }] }],
    [
      "an unknown card",
      "networks[0].model",
      { networks: [{ ...network, model: "ne2k" as "e1000" }] },
    ],
    ["a port twice", "ports[1]", { ports: ["a", "a"] }],
    ["a port with a comma", "ports[0]", { ports: ["a,b"] }],
    [
      "a long tag",
      "shares[0]",
      { shares: [{ tag: "x".repeat(32), directory: "/", readOnly: true }] },
    ],
    [
      "too many networks",
      "networks",
      {
        networks: Array.from({ length: 5 }, (_, n) => ({
          ...network,
          id: `n${n}`,
          mac: `52:54:00:12:01:0${n}`,
        })),
      },
    ],
    ["a name of the firmware's own", "firmwareConfig", { firmwareConfig: { "etc/acpi": "x" } }],
    ["a generation that is no UUID", "generationId", { generationId: "auto" }],
    [
      "a generation with a brace",
      "generationId",
      { generationId: "{3b1e0c5e-2f4d-4a8b-9c6d-7e8f90a1b2c3}" },
    ],
    ["an empty device", "extraDevices[0]", { extraDevices: [""] }],
    ["an unknown display", "display", { display: "vnc" as "std" }],
  ])("%s: %s", ([, fault, machine]) => {
    expect(paths(machine)).toContain(fault);
  });

  test("a chain may be 32 images deep, not 33", () => {
    expect(paths({ disks: [chain(32)] })).toEqual([]);
    expect(paths({ disks: [chain(33)] })).not.toEqual([]);
  });

  test("tells what this QEMU lacks", () => {
    const poor = {
      ...features,
      devices: [],
      netdevs: [],
      sandbox: false,
      ignoreShared: false,
      kvm: false,
    };
    const machine: Machine = {
      ...bare,
      accelerator: "kvm",
      memory: template,
      networks: [{ ...network, backend: { kind: "vde", socketDirectory: "/vde" } }],
      generationId: "3b1e0c5e-2f4d-4a8b-9c6d-7e8f90a1b2c3",
    };
    expect(machineFaults(machine, poor).map(({ path }) => path)).toEqual([
      "features.sandbox",
      "accelerator",
      "networks[0].model",
      "features.netdevs",
      "generationId",
      "features.ignoreShared",
    ]);
  });

  test("all faults come at once, with what was expected and what is there", () => {
    const wrong: Machine = { ...bare, name: "", cpus: 0, disks: [{ ...disk, id: "?", file: "" }] };
    const thrown = (() => {
      try {
        machineArgv(wrong, { qmpFd: 3, portFds: [] }, features);
        return undefined;
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(QemuError);
    expect(thrown).toMatchObject({ code: "QEMU_MACHINE_INVALID" });
    const { message } = thrown as QemuError;
    for (const part of [
      "name:",
      "cpus: expected an integer from 1 to 64, got 0",
      "disks[0].id:",
      "disks[0].file:",
    ]) {
      expect(message).toContain(part);
    }
  });

  test("whatever the texts, a machine is refused or becomes arguments without empty options", () => {
    const text = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
    fc.assert(
      fc.property(text, text, text, (id, file, tag) => {
        const machine: Machine = {
          ...bare,
          disks: [{ ...disk, id, file }],
          shares: [{ tag, directory: file, readOnly: true }],
        };
        if (machineFaults(machine, features).length > 0) return;
        const argv = machineArgv(machine, { qmpFd: 3, portFds: [] }, features);
        expect(argv.every((item) => item !== "" && !item.includes("\0"))).toBe(true);
        // The file is one value, whatever is in it.
        const quoted = file.replaceAll(",", ",,");
        expect(argv.some((item) => item.includes(`,filename=${quoted},read-only=`))).toBe(true);
      }),
    );
  });
});

import { describe, expect, test } from "vitest";
import { hardwareOf, machineArgv, type Machine } from "../../src/index.ts";
import { bare, features, full } from "../machines.ts";

const layout = { qmpFd: 3, portFds: [4, 5, 6, 7] };

function seen(machine: Machine, incoming = false) {
  const portFds = layout.portFds.slice(0, machine.ports.length);
  return hardwareOf(machineArgv(machine, { qmpFd: 3, portFds, incoming }, features));
}

function disk(file: string) {
  return full.disks.map((each) => ({ ...each, file }));
}

describe("hardwareOf", () => {
  test("reads what a guest sees", () => {
    expect(seen(bare)).toEqual({
      board: "pc-q35-7.2,usb=off,vmport=off",
      cpu: "Nehalem",
      processors: "cpus=1,sockets=1,cores=1,threads=1,maxcpus=1",
      memory: "size=64M",
      devices: ["global ICH9-LPC.disable_s3=1", "global ICH9-LPC.disable_s4=1"],
    });
  });

  test("the machine that is saved and the one that loads its state are the same hardware", () => {
    const { tpm: _tpm, ...template } = full;
    const saved: Machine = {
      ...template,
      disks: disk("/store/a,b.qcow2"),
      memory: { kind: "template", file: "/store/ram", mode: "save" },
      serialLog: "/store/log",
    };
    const revived: Machine = {
      ...saved,
      name: "other",
      disks: disk("/runs/1/disk.qcow2"),
      memory: { kind: "template", file: "/store/ram", mode: "revive" },
      serialLog: "/runs/1/log",
    };
    expect(seen(revived, true)).toEqual(seen(saved));
    expect(JSON.stringify(seen(saved))).not.toMatch(/\/store|\/runs|drive=|chardev=|netdev=/);
  });

  test("how QEMU is told of notifications is no hardware", () => {
    const machine: Machine = { ...bare, ports: ["p"] };
    expect(JSON.stringify(seen(machine))).not.toContain("ioeventfd");
  });

  test.each<[string, Partial<Machine>]>([
    ["machine type", { machineType: "pc-q35-7.1" }],
    ["CPU model", { cpu: "Nehalem,+rdrand" }],
    ["processors", { cpus: 2 }],
    ["memory", { memoryBytes: 128 * 2 ** 20 }],
    ["display", { display: "std" }],
    ["board, a lean one,", { lean: true }],
    ["port", { ports: ["winvm.test"] }],
    ["firmware", { firmware: { kind: "uefi", code: "/c", vars: "/v" } }],
  ])("another %s is other hardware", (_name, other) => {
    expect(seen({ ...bare, ...other })).not.toEqual(seen(bare));
  });
});

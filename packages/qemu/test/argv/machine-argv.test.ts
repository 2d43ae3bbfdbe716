import { describe, expect, test } from "vitest";
import { machineArgv, type Machine, type MachineDisk } from "../../src/index.ts";
import { bare, features, full } from "../machines.ts";

const layout = { qmpFd: 3, portFds: [4, 5] };

/** The values of one option. */
function valuesOf(option: string, machine: Machine, incoming = false): readonly string[] {
  const argv = machineArgv(machine, { ...layout, incoming }, features);
  return argv.flatMap((item, index) => (argv[index - 1] === option ? [item] : []));
}

/** Options and their values, a line each, as the golden files show them. */
function lines(machine: Machine, incoming = false): string {
  const argv = machineArgv(machine, { ...layout, incoming }, features);
  return (
    argv.join("\n").replaceAll("\n-", "\0-").replaceAll("\n", " ").replaceAll("\0", "\n") + "\n"
  );
}

/** Devices with their places on the PCI bus. */
function places(machine: Machine): readonly string[] {
  return valuesOf("-device", machine).filter((device) => device.includes("addr="));
}

describe("machineArgv", () => {
  test.for<[string, Machine, boolean]>([
    ["bare-q35", bare, false],
    ["bare-pc", { ...bare, machineType: "pc" }, false],
    ["full-save", full, false],
    [
      "full-revive",
      { ...full, memory: { kind: "template", file: "/vm/ram", mode: "revive" } },
      true,
    ],
    [
      "linux-from-memory",
      {
        ...bare,
        kernel: { kernel: "/k,1", initrd: "/i", append: "console=ttyS0 a=b,c" },
        ports: ["p"],
      },
      false,
    ],
    [
      "lean-q35",
      {
        ...bare,
        lean: true,
        networks: [
          { id: "lan", model: "virtio-net", mac: "52:54:00:12:01:02", backend: { kind: "none" } },
        ],
        ports: ["p"],
        shares: [{ tag: "xchg", directory: "/x", readOnly: false }],
      },
      false,
    ],
    [
      "old-pc",
      {
        ...bare,
        machineType: "pc-i440fx-7.1",
        display: "cirrus",
        disks: [
          { id: "c", bus: "ide", file: "/c.qcow2", format: "qcow2", bootIndex: 1 },
          { id: "d", bus: "ide", file: "/d.qcow2", format: "qcow2" },
        ],
        cdroms: [
          { id: "cd0", file: "/xp.iso", bootIndex: 0 },
          { id: "cd1", file: "/winvm.iso" },
        ],
        floppy: { file: "/answer.img" },
        networks: [
          { id: "lan", model: "pcnet", mac: "52:54:00:12:01:01", backend: { kind: "none" } },
        ],
      },
      false,
    ],
  ])("%s is as it was agreed", async ([name, machine, incoming]) => {
    await expect(lines(machine, incoming)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  test("texts for the guest keep their commas", () => {
    const machine: Machine = { ...bare, firmwareConfig: { "opt/winvm/x": '{"a":1,"b":2}' } };
    expect(valuesOf("-fw_cfg", machine)).toEqual(['name=opt/winvm/x,string={"a":1,,"b":2}']);
  });

  test("an alias is pinned to its version", () => {
    expect(valuesOf("-machine", bare)[0]).toMatch(/^pc-q35-7\.2,/);
    expect(valuesOf("-machine", { ...bare, machineType: "pc" })[0]).toMatch(/^pc-i440fx-7\.2,/);
  });

  test("a revival differs from the save only in the memory and in waiting for a state", () => {
    const revive: Machine = {
      ...full,
      memory: { kind: "template", file: "/vm/ram", mode: "revive" },
    };
    const before = lines(full).split("\n");
    const after = lines(revive, true).split("\n");
    expect(after.filter((line) => !before.includes(line))).toEqual([
      "-object memory-backend-file,id=ram0,size=1024M,dump=off,mem-path=/vm/ram,share=off",
      "-incoming defer",
    ]);
  });

  test("what goes on in a template differs from a revival only in sharing the file", () => {
    const memory = { kind: "template", file: "/vm/ram" } as const;
    const linux: Machine = { ...full, kernel: { kernel: "/k", initrd: "/i", append: "quiet" } };
    const revive = lines({ ...linux, memory: { ...memory, mode: "revive" } }, true).split("\n");
    const further = lines({ ...linux, memory: { ...memory, mode: "continue" } }, true).split("\n");
    expect(further.filter((line) => !revive.includes(line))).toEqual([
      "-object memory-backend-file,id=ram0,size=1024M,dump=off,mem-path=/vm/ram,share=on",
    ]);
    expect(further).toHaveLength(revive.length);
  });

  test("in the deepest chain under the longest id every node has a name of its own that QEMU takes", () => {
    let backing: MachineDisk["backing"];
    for (let n = 0; n < 32; n += 1) backing = { file: `/${n}`, format: "qcow2", backing };
    const id = "d".repeat(16);
    const disk: MachineDisk = { id, bus: "ahci", file: "/top", format: "qcow2", backing };
    const nodes = valuesOf("-blockdev", { ...bare, disks: [disk] }).map(
      (text) => /node-name=([^,]+)/.exec(text)?.[1] ?? "",
    );
    expect(nodes).toHaveLength(66);
    expect(new Set(nodes).size).toBe(66);
    // BDRV_NODE_NAME of QEMU's block layer: 32 bytes with the final zero.
    expect(Math.max(...nodes.map((name) => name.length))).toBeLessThanOrEqual(31);
  });

  test.each([
    ["tcg", true],
    ["kvm", false],
  ] as const)("under %s notifications by descriptors are left out: %s", (accelerator, left) => {
    const devices = valuesOf("-device", { ...bare, accelerator, ports: ["p"] });
    const [controller] = devices.filter((device) => device.startsWith("virtio-serial-pci"));
    expect(controller?.includes(",ioeventfd=off")).toBe(left);
  });

  test("PCs with i440fx have no SATA that could be left out", () => {
    expect(valuesOf("-machine", { ...bare, machineType: "pc", lean: true })[0]).not.toContain(
      "sata",
    );
  });

  test("a TPM is reached through its emulator's socket", () => {
    const machine: Machine = { ...bare, tpm: { socket: "/t,pm/control" } };
    expect(valuesOf("-chardev", machine)).toContain("socket,id=tpm0-control,path=/t,,pm/control");
    expect(valuesOf("-tpmdev", machine)).toEqual(["emulator,id=tpm0,chardev=tpm0-control"]);
    expect(valuesOf("-device", machine)).toContain("tpm-crb,tpmdev=tpm0");
    expect(valuesOf("-tpmdev", bare)).toEqual([]);
  });

  test("the generation is a device of its own", () => {
    const generationId = "3b1e0c5e-2f4d-4a8b-9c6d-7e8f90a1b2c3";
    expect(valuesOf("-device", { ...bare, generationId })).toContain(
      `vmgenid,id=generation0,guid=${generationId}`,
    );
    expect(valuesOf("-device", bare)).toEqual([]);
  });

  test("a template is mapped read-only where QEMU can do that without making it a ROM", () => {
    const revive: Machine = {
      ...full,
      memory: { kind: "template", file: "/vm/ram", mode: "revive" },
    };
    const newer = { ...features, templateReadOnly: true };
    expect(machineArgv(revive, layout, newer)).toContain(
      "memory-backend-file,id=ram0,size=1024M,dump=off,mem-path=/vm/ram,share=off,readonly=on,rom=off",
    );
  });

  test("a revived guest gets no second copy of its kernel", () => {
    const linux: Machine = {
      ...bare,
      kernel: { kernel: "/k", initrd: "/i", append: "quiet" },
      memory: { kind: "template", file: "/vm/ram", mode: "revive" },
    };
    expect(valuesOf("-kernel", linux)).toEqual([]);
    expect(machineArgv(linux, layout, features)).toContain("-no-reboot");
    expect(
      valuesOf("-kernel", { ...linux, memory: { kind: "template", file: "/r", mode: "save" } }),
    ).toEqual(["/k"]);
  });

  test.for(["2026-01-31T12:00:00", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.123Z"])(
    "the clock of %s begins with its second",
    (rtcBase) => {
      expect(valuesOf("-rtc", { ...bare, rtcBase })).toEqual(["base=2026-01-31T12:00:00,clock=vm"]);
    },
  );

  test("a device keeps its place when another is left out", () => {
    const alone: Machine = {
      ...full,
      shares: [],
      networks: full.networks.slice(0, 1),
      floppy: undefined,
    };
    for (const device of places(alone)) expect(places(full)).toContain(device);
  });

  test("a guest is not asked to announce its card: QEMU does", () => {
    const [network] = full.networks;
    if (network === undefined) throw new Error("the machine has a card");
    const virtio = { ...network, model: "virtio-net" } as const;
    expect(valuesOf("-device", { ...full, networks: [virtio] })).toContainEqual(
      expect.stringMatching(/^virtio-net-pci,id=lan,.*guest_announce=off/),
    );
  });

  test("the same input gives the same arguments", () => {
    expect(lines(full)).toBe(lines(structuredClone(full)));
  });
});

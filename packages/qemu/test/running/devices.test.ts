import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startProcess } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { startMachine, type DiskBus, type Machine, type NetworkModel } from "../../src/index.ts";
import { bootable, makeDisk, requireQemu, untilCounted } from "../guests/live.ts";
import { bare } from "../machines.ts";

const types = ["q35", "pc"] as const;
const buses: readonly DiskBus[] = ["ide", "ahci", "virtio-blk", "virtio-scsi", "nvme", "usb"];
const models: readonly NetworkModel[] = ["rtl8139", "e1000", "e1000e", "virtio-net", "pcnet"];

/** What is read here of the answer of `query-pci`. */
interface PciBus {
  readonly devices: readonly {
    readonly slot: number;
    readonly id: { readonly vendor: number; readonly device: number };
  }[];
}

/** Vendor and device numbers as the PCI list assigns them. */
const pciIds: Readonly<Record<NetworkModel, readonly [number, number]>> = {
  rtl8139: [0x10ec, 0x8139],
  e1000: [0x8086, 0x100e],
  e1000e: [0x8086, 0x10d3],
  "virtio-net": [0x1af4, 0x1000],
  pcnet: [0x1022, 0x2000],
};

describe("devices", { tags: ["vm"] }, () => {
  let directory: string;
  beforeEach((context) => {
    requireQemu(context);
    directory = temporaryDirectory();
  });

  describe.for(types)("on %s", (machineType) => {
    test.for(buses)("a guest boots from %s", async (bus) => {
      const file = makeDisk(directory);
      await using running = await startMachine(
        bootable(directory, {
          machineType,
          disks: [{ id: "d0", bus, file, format: "raw", bootIndex: 0 }],
        }),
      );
      expect(await untilCounted(running)).toContain(1);
      const blocks = await running.qmp.execute("query-block");
      expect(blocks.map((block) => block.inserted?.["node-name"])).toContain("d0");
    });

    test("all cards are where they were put", async () => {
      const networks = models.slice(0, 4).map((model, index) => ({
        id: `n${index}`,
        model,
        mac: `52:54:00:12:01:0${index}`,
        backend: { kind: "none" } as const,
      }));
      const last = { ...networks[0], id: "n4", model: "pcnet" } as (typeof networks)[0];
      for (const set of [networks, [last]]) {
        const machine: Machine = { ...bare, machineType, networks: set };
        await using running = await startMachine(machine, { paused: true });
        const [bus] = (await running.qmp.executeAny("query-pci")) as readonly PciBus[];
        const found = bus?.devices.map(({ slot, id }) => [slot, id.vendor, id.device]);
        for (const [index, { model }] of set.entries()) {
          expect(found).toContainEqual([3 + index, ...pciIds[model]]);
        }
      }
    });

    test("everything at once starts, and can be saved", async () => {
      const file = makeDisk(directory);
      const machine = bootable(directory, {
        machineType,
        cpus: 2,
        memory: { kind: "template", file: join(directory, "ram"), mode: "save" },
        disks: (["ide", "virtio-blk", "virtio-scsi", "usb"] as const).map((bus, index) => ({
          id: `d${index}`,
          bus,
          file,
          format: "raw",
          readOnly: bus !== "ide",
          bootIndex: index,
        })),
        cdroms: [{ id: "cd", file }],
        floppy: { file, readOnly: true },
        networks: [
          { id: "n0", model: "rtl8139", mac: "52:54:00:12:01:01", backend: { kind: "none" } },
        ],
        ports: ["winvm.ssh", "winvm.bulk"],
        shares: Array.from({ length: 8 }, (_, index) => ({
          tag: `share${index}`,
          directory,
          readOnly: index > 0,
        })),
        display: "std",
        extraDevices: ["virtio-rng-pci", "pvpanic"],
      });
      await using running = await startMachine(withOwnDisks(machine, directory), {
        stateOut: join(directory, "state"),
      });
      expect([...running.ports.keys()]).toEqual(["winvm.ssh", "winvm.bulk"]);
      await untilCounted(running);
      await running.pause();
      expect((await running.save()).bytes).toBeGreaterThan(10_000);
    });

    test.for(["std", "cirrus"] as const)("display %s", async (display) => {
      await using running = await startMachine({ ...bare, machineType, display }, { paused: true });
      expect(await running.status()).toBe("prelaunch");
    });
  });

  test("a path may hold commas, blanks and quotes", async () => {
    const odd = join(directory, "a,b=c 'd' \"e\",,f");
    mkdirSync(odd);
    const file = makeDisk(odd);
    await using running = await startMachine(
      bootable(odd, {
        disks: [{ id: "d0", bus: "virtio-blk", file, format: "raw", bootIndex: 0 }],
        shares: [{ tag: "odd", directory: odd, readOnly: true }],
        memory: { kind: "template", file: join(odd, "ram"), mode: "save" },
      }),
    );
    await untilCounted(running);
    const blocks = await running.qmp.execute("query-block");
    expect(blocks[0]?.inserted?.file).toBe(file);
  });

  test("a card is plugged into a vde_switch", async (context) => {
    requirePrograms(context, { vde_switch: "vde2" });
    const socketDirectory = join(directory, "vde");
    await using sw = await startProcess({
      name: "vde_switch",
      file: "vde_switch",
      args: ["-s", socketDirectory],
      stdin: "pipe",
    });
    await new Promise<void>((resolve) => {
      sw.stdout.on("data", () => {
        if (sw.recentOutput().includes("1000 Success")) resolve();
      });
      sw.stdin?.write("showinfo\n");
    });
    const machine: Machine = {
      ...bare,
      networks: [
        {
          id: "lan",
          model: "rtl8139",
          mac: "52:54:00:12:01:01",
          backend: { kind: "vde", socketDirectory },
        },
      ],
    };
    await using running = await startMachine(machine, { paused: true });
    const log = join(directory, "frames");
    await running.qmp.executeAny("object-add", {
      "qom-type": "filter-dump",
      id: "dump",
      netdev: "lan-net",
      file: log,
    });
    await running.announce();
    // The guest stands still. RARP from the card to all: behind 24 bytes of the log and 16 of the frame.
    expect(await running.status()).toBe("prelaunch");
    const frames = readFileSync(log).subarray(24 + 16);
    expect(frames.subarray(0, 14).toString("hex")).toBe("ffffffffffff5254001201018035");
    await running.resume();
    expect(await running.status()).toBe("running");
    expect(readFileSync(log)).toHaveLength(24 + 16 + frames.length);
  });
});

/** The same machine with a disk image of its own for each device. */
function withOwnDisks(machine: Machine, directory: string): Machine {
  const own = (name: string, file: string): string => {
    const copy = join(directory, `${name}.raw`);
    copyFileSync(file, copy);
    return copy;
  };
  return {
    ...machine,
    disks: machine.disks.map((disk) => ({ ...disk, file: own(disk.id, disk.file) })),
    cdroms: machine.cdroms.map((cdrom) => ({ ...cdrom, file: own(cdrom.id, cdrom.file) })),
    floppy: machine.floppy && { ...machine.floppy, file: own("floppy", machine.floppy.file) },
  };
}

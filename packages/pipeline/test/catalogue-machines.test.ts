import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createDisk, detectFeatures, findFirmware, startMachine } from "@winvm/qemu";
import type { QemuFeatures, RunningMachine } from "@winvm/qemu";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { answerMedium, guestFor, listGuests } from "@winvm/unattend";
import type { Firmware, GuestProfile } from "@winvm/unattend";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { guestMachine, network } from "../src/machines/guest-machine.ts";
import { startTpm } from "../src/machines/tpm.ts";

interface PciDevice {
  readonly slot: number;
  readonly id: { readonly vendor: number; readonly device: number };
  readonly class_info: { readonly class: number };
}

/** What QEMU's cards and controllers are on the PCI bus. */
const cards = { rtl8139: [0x10ec, 0x8139], e1000: [0x8086, 0x100e], e1000e: [0x8086, 0x10d3] };
const ahciClass = 0x0106;
const ideClass = 0x0101;

const machines = listGuests().flatMap((profile) =>
  profile.architectures.flatMap((architecture) => {
    const guest = guestFor(profile, architecture);
    return guest.firmwares.map(
      (firmware) => [`${guest.name} ${architecture} ${firmware}`, guest, firmware] as const,
    );
  }),
);

describe("the machine of each guest is what the catalogue promises", { tags: ["vm"] }, () => {
  let features: QemuFeatures;
  beforeAll(async () => {
    features = await detectFeatures();
  });

  test.for(machines)("%s", async ([, guest, firmware], context) => {
    requirePrograms(context, {
      "qemu-system-x86_64": "qemu-system-x86",
      "qemu-img": "qemu-utils",
    });
    await using running = await start(guest, firmware, features);
    const { hardware } = guest;

    const blocks = await running.qmp.execute("query-block");
    const media = blocks.map(({ inserted }) => [inserted?.["node-name"], inserted?.ro]);
    const floppy = answerMedium(guest, firmware) === "floppy";
    const wanted = [
      ["disk0", false],
      ["cd0", true],
      ["cd1", true],
      ...(floppy ? [["floppy0", true]] : []),
    ];
    // The firmware's two flash chips are block devices too.
    const flash = firmware === "uefi" ? 2 : 0;
    expect(media).toEqual(expect.arrayContaining(wanted));
    expect(media).toHaveLength(wanted.length + flash);
    const disk = blocks.find(({ inserted }) => inserted?.["node-name"] === "disk0");
    expect(disk?.inserted?.image["virtual-size"]).toBe(hardware.diskBytes);

    const [bus] = (await running.qmp.executeAny("query-pci")) as readonly {
      readonly devices: readonly PciDevice[];
    }[];
    const devices = bus?.devices ?? [];
    const ids = devices.map(({ id }) => [id.vendor, id.device]);
    expect(ids).toContainEqual(cards[hardware.nic]);
    expect(ids.filter(([vendor]) => vendor === 0x1af4)).toEqual([]);
    const classes = devices.map((one) => one.class_info.class);
    expect(classes.includes(ahciClass)).toBe(hardware.machine === "q35");
    expect(classes.includes(ideClass)).toBe(hardware.machine === "pc");
    const diskBus = await property(running, "/machine/peripheral/disk0", "parent_bus");
    const controller = await property(running, dirname(String(diskBus)), "type");
    expect(controller).toBe(hardware.diskBus === "ahci" ? "ich9-ahci" : "piix3-ide");

    const cpus = await running.qmp.execute("query-cpus-fast");
    expect(cpus).toHaveLength(hardware.cpus);
    const cpu = cpus[0]?.["qom-path"] ?? "";
    expect(await property(running, cpu, "type")).toMatch(/^Nehalem/);
    // What 24H2 and 2025 ask for; and that a 32-bit guest is shown no 64-bit mode where that is promised.
    for (const feature of ["sse4.2", "popcnt"]) {
      expect(await property(running, cpu, feature)).toBe(true);
    }
    expect(await property(running, cpu, "lm")).toBe(!hardware.cpu.includes("lm=off"));
    const [memory] = await running.qmp.execute("query-memdev");
    expect(memory?.size).toBe(hardware.memoryBytes);
  });

  test("QEMU knows each flag that KVM would give Windows", async (context) => {
    requirePrograms(context, { "qemu-system-x86_64": "qemu-system-x86" });
    const guest = guestFor(listGuests().find(({ name }) => name === "10") ?? missing());
    await using running = await start(guest, "bios", features);
    const known = (await running.qmp.executeAny("device-list-properties", {
      typename: "Nehalem-x86_64-cpu",
    })) as readonly { readonly name: string }[];
    const names = known.map(({ name }) => name);
    const flags = guest.hardware.enlightenments.map((flag) => flag.replace(/=.*/, ""));
    expect(flags.filter((flag) => !names.includes(flag))).toEqual([]);
    expect(flags.length).toBeGreaterThan(0);
  });

  test("a TPM that is asked for is there", async (context) => {
    requirePrograms(context, { swtpm: "swtpm" });
    const guest = guestFor(listGuests().find(({ name }) => name === "11") ?? missing());
    // Longer than the address of a socket may be.
    const place = join(temporaryDirectory(), "p".repeat(100), "q".repeat(100));
    mkdirSync(place, { recursive: true });
    await using tpm = await startTpm(place);
    expect(readdirSync(place)).toHaveLength(1);
    await using running = await start(guest, "uefi", features, tpm.socket);
    expect(await running.qmp.executeAny("query-tpm")).toMatchObject([
      { model: "tpm-crb", options: { type: "emulator" } },
    ]);
    await running.kill();
    await tpm[Symbol.asyncDispose]();
    expect(readdirSync(place)).toEqual([]);
  });
});

test("a TPM without its program is an error that says what to do", async () => {
  vi.stubEnv("PATH", temporaryDirectory());
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(startTpm(temporaryDirectory())).rejects.toMatchObject({
    code: "PIPELINE_TPM_MISSING",
    hint: expect.stringContaining("apt-get install swtpm") as unknown,
  });
});

test("there is a machine for each version, architecture and firmware", () => {
  expect(machines.map(([name]) => name)).toEqual(
    expect.arrayContaining(["xp x86 bios", "2003 amd64 bios", "8.1 amd64 uefi", "2025 amd64 uefi"]),
  );
  expect(machines).toHaveLength(29);
});

async function start(
  guest: GuestProfile,
  firmware: Firmware,
  features: QemuFeatures,
  tpm?: string,
): Promise<RunningMachine> {
  const directory = temporaryDirectory();
  const path = (name: string): string => join(directory, name);
  await createDisk({ file: path("disk"), format: "qcow2", sizeBytes: guest.hardware.diskBytes });
  for (const name of ["cd0", "cd1"]) writeFileSync(path(name), Buffer.alloc(2048));
  const floppy = answerMedium(guest, firmware) === "floppy";
  if (floppy) writeFileSync(path("floppy"), Buffer.alloc(1_474_560));
  const machine = guestMachine(
    guest,
    { features, accelerator: "tcg", reason: "it is only started" },
    {
      name: "catalogue",
      disk: { file: path("disk") },
      memory: { kind: "private" },
      network: { kind: "none" },
      cdroms: [
        { id: "cd0", file: path("cd0"), bootIndex: 1 },
        { id: "cd1", file: path("cd1") },
      ],
      ...(floppy ? { floppy: path("floppy") } : {}),
      ...(tpm === undefined ? {} : { tpm }),
      firmware: await firmwareOf(firmware, path("vars")),
      serialLog: path("serial"),
    },
  );
  expect(machine.networks[0]?.mac).toBe(network.guest.mac);
  return startMachine(machine, { paused: true, features });
}

async function firmwareOf(kind: Firmware, vars: string) {
  if (kind === "bios") return { kind } as const;
  const found = await findFirmware("uefi");
  copyFileSync(found.vars, vars);
  return { kind, code: found.code, vars } as const;
}

function property(running: RunningMachine, path: string, name: string): Promise<unknown> {
  return running.qmp.executeAny("qom-get", { path, property: name });
}

function missing(): never {
  throw new Error("no such guest");
}

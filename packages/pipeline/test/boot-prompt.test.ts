import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFirmware, startMachine, type Machine, type RunningMachine } from "@winvm/qemu";
import { poll, runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { writeFloppy } from "@winvm/unattend";
import { describe, expect, test } from "vitest";
import { passBootPrompt } from "../src/machines/boot-prompt.ts";

const programs = {
  "qemu-system-x86_64": "qemu-system-x86",
  genisoimage: "genisoimage",
  "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
};

describe.each(["bios", "uefi"] as const)("a CD that asks for a key, under %s", (firmware) => {
  const name = firmware.toUpperCase();

  test(
    "is started by a key; then no key comes, and the prompt after the restart is left alone",
    { tags: ["vm"] },
    async (context) => {
      requirePrograms(context, programs);
      const machine = await promptingMachine(firmware);
      await using running = await startMachine(machine);
      const report = await passBootPrompt(running, { cdrom: "cd0", limitMs: 120_000 });
      const log = await untilSaid(running, `${name}: no key, not started`);
      expect(log).toEqual([
        `${name}: press any key to boot from CD`,
        `${name}: started by a key`,
        `${name}: read`,
        `${name}: no further key`,
        `${name}: press any key to boot from CD`,
        `${name}: no key, not started`,
      ]);
      expect(report).toMatchObject({ outcome: "started" });
      expect(report.keys).toBeGreaterThan(0);
    },
  );

  test("without a key it is not started", { tags: ["vm"] }, async (context) => {
    requirePrograms(context, programs);
    await using running = await startMachine(await promptingMachine(firmware));
    expect(await untilSaid(running, `${name}: no key, not started`)).toEqual([
      `${name}: press any key to boot from CD`,
      `${name}: no key, not started`,
    ]);
  });
});

test("what ends or takes too long ends the presses", { tags: ["vm"] }, async (context) => {
  requirePrograms(context, { "qemu-system-x86_64": "qemu-system-x86" });
  const directory = temporaryDirectory();
  await using running = await startMachine(machineOf(directory, { kind: "bios" }, []));
  const brief = await passBootPrompt(running, { cdrom: "cd0", limitMs: 100 });
  expect(brief).toEqual({ outcome: "limit", keys: 0 });
  const signal = AbortSignal.timeout(200);
  expect(await passBootPrompt(running, { cdrom: "cd0", signal })).toMatchObject({
    outcome: "ended",
  });
  const waiting = passBootPrompt(running, { cdrom: "cd0" });
  await running.kill();
  expect(await waiting).toMatchObject({ outcome: "ended" });
});

async function promptingMachine(firmware: "bios" | "uefi"): Promise<Machine> {
  const directory = temporaryDirectory();
  const iso = await promptingIso(directory);
  const cdroms = [{ id: "cd0", file: iso, bootIndex: 1 }];
  if (firmware === "bios") return machineOf(directory, { kind: "bios" }, cdroms);
  const found = await findFirmware("uefi");
  const vars = join(directory, "vars.fd");
  copyFileSync(found.vars, vars);
  return machineOf(directory, { kind: "uefi", code: found.code, vars }, cdroms);
}

function machineOf(
  directory: string,
  firmware: Machine["firmware"],
  cdroms: Machine["cdroms"],
): Machine {
  return {
    name: "prompt",
    machineType: "q35",
    cpu: "Nehalem",
    cpus: 1,
    memoryBytes: 256 * 2 ** 20,
    accelerator: "tcg",
    firmware,
    disks: [],
    cdroms,
    networks: [],
    ports: [],
    shares: [],
    serialLog: join(directory, "serial.log"),
    display: "std",
    rtcBase: "2026-01-01T00:00:00",
    memory: { kind: "private" },
  };
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** An ISO with a boot program for either firmware, and 12 MiB that can be read. */
async function promptingIso(directory: string): Promise<string> {
  const at = (name: string): string => join(directory, name);
  await runProgram("x86_64-w64-mingw32-as", [fixture("prompting-bios.s"), "-o", at("bios.o")]);
  await runProgram("x86_64-w64-mingw32-objcopy", [
    "-O",
    "binary",
    "-j",
    ".text",
    at("bios.o"),
    at("bios.bin"),
  ]);
  await runProgram("x86_64-w64-mingw32-gcc", [
    "-Os",
    "-ffreestanding",
    "-fno-stack-protector",
    "-mno-red-zone",
    "-nostdlib",
    "-Wall",
    "-Werror",
    "-Wl,--subsystem,10",
    "-Wl,-e,efi_main",
    "-Wl,--no-insert-timestamp",
    fixture("prompting-uefi.c"),
    "-o",
    at("boot.efi"),
  ]);
  const tree = at("tree");
  await runProgram("mkdir", [tree]);
  copyFileSync(at("bios.bin"), join(tree, "bios.bin"));
  const efi = { "EFI/BOOT/BOOTX64.EFI": readFileSync(at("boot.efi")) };
  writeFileSync(join(tree, "efi.img"), writeFloppy(efi));
  writeFileSync(join(tree, "zeros"), Buffer.alloc(12 * 2 ** 20));
  await runProgram("genisoimage", [
    "-quiet",
    "-o",
    at("prompt.iso"),
    "-b",
    "bios.bin",
    "-no-emul-boot",
    "-boot-load-size",
    "4",
    "-eltorito-alt-boot",
    "-e",
    "efi.img",
    "-no-emul-boot",
    tree,
  ]);
  return at("prompt.iso");
}

/** The lines of the boot program, once it has said a certain one. */
function untilSaid(running: RunningMachine, line: string): Promise<readonly string[]> {
  const file = running.machine.serialLog ?? "";
  return poll(
    `hear '${line}'`,
    async () => {
      const text = existsSync(file) ? readFileSync(file, "latin1") : "";
      // UEFI's own console writes to the serial port too.
      const lines: readonly string[] = text.match(/(?:BIOS|UEFI): [^\r\n]+(?=\n)/g) ?? [];
      return lines.includes(line) ? lines : undefined;
    },
    { intervalMs: 100, timeoutMs: 120_000 },
  );
}

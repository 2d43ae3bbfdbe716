import { copyFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { poll, runProgram, startProcess } from "@winvm/runtime";
import type { OwnedProcess } from "@winvm/runtime";

/** A machine as the tests need one. */
export interface TestMachine {
  readonly type: "q35" | "pc";
  readonly firmware: "bios" | "uefi";
  readonly network: "e1000" | "e1000e" | "rtl8139";
  /** First the disk's, then those of the CDs. */
  readonly disk: string;
  readonly cds?: readonly string[];
  readonly floppy?: string;
}

/** A running machine with what it has written to its serial port. */
export interface RunningTestMachine extends AsyncDisposable {
  readonly process: OwnedProcess;
  serial(): Promise<string>;
  /** Waits until the serial port has shown a text; what is there so far is in the error. */
  waitFor(text: string, timeoutMs: number): Promise<string>;
  /** Presses the power button. */
  pressPower(): void;
  waitForEnd(timeoutMs: number): Promise<string>;
}

const CODE = "/usr/share/OVMF/OVMF_CODE_4M.fd";
const VARS = "/usr/share/OVMF/OVMF_VARS_4M.fd";

/** Starts QEMU by TCG. `-cpu Nehalem`: Wine dies with `-cpu max` there. */
export async function startTestMachine(
  machine: TestMachine,
  directory: string,
  name: string,
): Promise<RunningTestMachine> {
  const log = join(directory, `${name}.serial`);
  const port = (at: number): string =>
    machine.type === "q35" ? `bus=ide.${at}` : `bus=ide.${Math.floor(at / 2)},unit=${at % 2}`;
  const vars = join(directory, "vars.fd");
  if (machine.firmware === "uefi" && name === "install") copyFileSync(VARS, vars);
  const firmware = [
    ["-drive", `if=pflash,format=raw,readonly=on,file=${CODE}`],
    ["-drive", `if=pflash,format=raw,file=${vars}`],
  ];
  const cds = machine.cds ?? [];
  const process = await startProcess({
    name: "QEMU",
    file: "qemu-system-x86_64",
    stdin: "pipe",
    args: [
      ["-machine", machine.type, "-cpu", "Nehalem", "-m", "1024", "-accel", "tcg"],
      ["-nodefaults", "-no-user-config", "-display", "none", "-vga", "std"],
      ["-serial", `file:${log}`, "-monitor", "stdio", "-rtc", "base=2026-01-01"],
      ...(machine.firmware === "uefi" ? firmware : []),
      ["-drive", `if=none,id=disk,file=${machine.disk},format=qcow2`],
      ["-device", `ide-hd,drive=disk,${port(0)},bootindex=1`],
      ...cds.flatMap((file, at) => [
        ["-drive", `if=none,id=cd${at},file=${file},format=raw,readonly=on,media=cdrom`],
        ["-device", `ide-cd,drive=cd${at},${port(at + 1)},bootindex=${at + 2}`],
      ]),
      ...(machine.floppy === undefined
        ? []
        : [["-drive", `if=floppy,file=${machine.floppy},format=raw,readonly=on`]]),
      ["-netdev", "hubport,id=net,hubid=0"],
      ["-device", `${machine.network},netdev=net,mac=52:54:00:12:01:01`],
    ].flat(),
  });
  const serial = (): Promise<string> => readFile(log, "utf8").catch(() => "");
  const waitFor = (text: string, timeoutMs: number): Promise<string> =>
    process.whileAlive(`wait for ${JSON.stringify(text)}`, async (signal) =>
      poll(
        `see ${JSON.stringify(text)} on the serial port`,
        async () => ((await serial()).includes(text) ? serial() : undefined),
        { signal, timeoutMs, intervalMs: 200 },
      ),
    );
  return {
    process,
    serial,
    waitFor,
    pressPower: () => process.stdin?.write("system_powerdown\n"),
    waitForEnd: async (timeoutMs) => {
      const timer = setTimeout(() => void process.stop(), timeoutMs);
      await process.exited;
      clearTimeout(timer);
      return serial();
    },
    [Symbol.asyncDispose]: async () => {
      await process.stop();
    },
  };
}

/** A new disk of 8 GiB. */
export async function createTestDisk(directory: string): Promise<string> {
  const file = join(directory, "disk.qcow2");
  await runProgram("qemu-img", ["create", "-q", "-f", "qcow2", file, "8G"]);
  return file;
}

/** A CD with the files of a directory. */
export async function createTestCd(directory: string, source: string): Promise<string> {
  const file = join(directory, "answer.iso");
  await runProgram("xorriso", [
    "-as",
    "mkisofs",
    "-quiet",
    "-V",
    "WINVM",
    "-J",
    "-r",
    "-o",
    file,
    source,
  ]);
  return file;
}

/** A floppy with one file. */
export async function createTestFloppy(
  directory: string,
  source: string,
  name: string,
): Promise<string> {
  const file = join(directory, "answer.img");
  await runProgram("mformat", ["-C", "-i", file, "-f", "1440", "::"]);
  await runProgram("mcopy", ["-i", file, source, `::/${name}`]);
  return file;
}

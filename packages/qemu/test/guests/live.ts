import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { poll } from "@winvm/runtime";
import { requirePrograms } from "@winvm/test-kit";
import type { TestContext } from "vitest";
import type { Machine, RunningMachine } from "../../src/index.ts";
import { bare } from "../machines.ts";
import { counts, countingGuest } from "./boot-sector.ts";

/** Skips where QEMU is missing. */
export function requireQemu(context: TestContext): void {
  requirePrograms(context, {
    "qemu-system-x86_64": "qemu-system-x86",
    "qemu-img": "qemu-utils",
  });
}

/** Makes a raw disk of 1 MiB that begins with the sector; gives its path. */
export function makeDisk(directory: string, sector: Buffer = countingGuest()): string {
  const file = join(directory, "disk.raw");
  const disk = Buffer.alloc(2 ** 20);
  sector.copy(disk);
  writeFileSync(file, disk);
  return file;
}

/** A machine that boots a new disk in the directory and logs its serial port there. */
export function bootable(
  directory: string,
  change: Partial<Machine> = {},
  sector: Buffer = countingGuest(),
): Machine {
  return {
    ...bare,
    disks: [
      { id: "d0", bus: "ahci", file: makeDisk(directory, sector), format: "raw", bootIndex: 0 },
    ],
    serialLog: join(directory, "serial.log"),
    ...change,
  };
}

/** What the guest has counted so far. */
export function countsOf(machine: Machine): readonly number[] {
  try {
    return counts(readFileSync(machine.serialLog ?? "", "utf8"));
  } catch {
    return [];
  }
}

/** Waits until the guest has written so many counts, or ends. */
export async function untilCounted(
  running: RunningMachine,
  atLeast = 1,
): Promise<readonly number[]> {
  return running.process.whileAlive(
    "see the guest count",
    (signal) =>
      poll(
        "see the guest count",
        async () => {
          const all = countsOf(running.machine);
          return all.length >= atLeast ? all : undefined;
        },
        { intervalMs: 20, signal },
      ),
    { timeoutMs: 60_000 },
  );
}

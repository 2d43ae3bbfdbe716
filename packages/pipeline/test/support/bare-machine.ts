import { join } from "node:path";
import type { Machine } from "@winvm/qemu";
import { temporaryDirectory } from "@winvm/test-kit";

/** A small machine with no disk, whose firmware finds nothing to start unless it is given something. */
export function bareMachine(
  parts: Partial<Machine> = {},
): Machine & { readonly serialLog: string } {
  return {
    name: "bare",
    machineType: "q35",
    cpu: "Nehalem",
    cpus: 1,
    memoryBytes: 256 * 2 ** 20,
    accelerator: "tcg",
    firmware: { kind: "bios" },
    disks: [],
    cdroms: [],
    networks: [],
    ports: [],
    shares: [],
    display: "std",
    rtcBase: "2026-01-01T00:00:00",
    memory: { kind: "private" },
    ...parts,
    serialLog: join(temporaryDirectory(), "serial.log"),
  };
}

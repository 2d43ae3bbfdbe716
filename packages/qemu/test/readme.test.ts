import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { createDisk, startMachine, type Machine } from "@winvm/qemu";
import { requireQemu } from "./guests/live.ts";

test("README: freeze a machine, then revive it", { tags: ["vm"] }, async (context) => {
  requireQemu(context);
  const dir = temporaryDirectory();
  // --- the example
  const disk = join(dir, "disk.qcow2");
  await createDisk({ file: disk, format: "qcow2", sizeBytes: 2 ** 30 });

  const machine: Machine = {
    name: "example",
    machineType: "q35",
    cpu: "Nehalem",
    cpus: 1,
    memoryBytes: 256 * 2 ** 20,
    accelerator: "tcg",
    firmware: { kind: "bios" },
    disks: [{ id: "system", bus: "ahci", file: disk, format: "qcow2", bootIndex: 0 }],
    cdroms: [],
    networks: [],
    ports: [],
    shares: [],
    display: "std",
    rtcBase: "2026-01-31T12:00:00",
    memory: { kind: "template", file: join(dir, "ram"), mode: "save" },
  };
  {
    await using running = await startMachine(machine, { stateOut: join(dir, "state") });
    await running.screenshot(join(dir, "screen.png"));
    await running.pause();
    await running.save();
    await running.kill(); // The template is written until its process has ended.
  }

  const clone: Machine = {
    ...machine,
    memory: { kind: "template", file: join(dir, "ram"), mode: "revive" },
  };
  await using revived = await startMachine(clone, { stateIn: join(dir, "state") });
  await revived.resume();
  const status = await revived.status(); // "running"
  // --- end of the example
  expect(status).toBe("running");
});

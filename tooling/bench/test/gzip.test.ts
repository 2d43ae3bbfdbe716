import { join } from "node:path";
import {
  connectQmp,
  detectFeatures,
  machineArgv,
  startMachine,
  type Machine,
  type QmpSession,
} from "@winvm/qemu";
import { poll, startProcess } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { loadThroughGzip, saveThroughGzip } from "../src/original/gzip.ts";

const machine: Machine = {
  name: "gzip",
  machineType: "q35",
  cpu: "qemu64",
  cpus: 1,
  memoryBytes: 64 * 2 ** 20,
  accelerator: "tcg",
  firmware: { kind: "bios" },
  disks: [],
  cdroms: [],
  networks: [],
  ports: [],
  shares: [],
  display: "none",
  rtcBase: "2026-01-01T00:00:00",
  memory: { kind: "private" },
};

/** Physical memory at 0x400: the BIOS data area. */
function dataArea(qmp: QmpSession): Promise<string> {
  return qmp.execute("human-monitor-command", { "command-line": "xp /16xw 0x400" });
}

test("RAM saved through gzip comes back in another process", { tags: ["vm"] }, async (context) => {
  requirePrograms(context, { "qemu-system-x86_64": "qemu-system-x86", gzip: "gzip" });
  const directory = temporaryDirectory();
  const file = join(directory, "state.gz");
  const features = await detectFeatures();
  let saved: string;
  {
    await using first = await startMachine(machine, { features });
    // The firmware writes its data area when it has found the RAM.
    await poll(
      "wait for the firmware",
      async () => (/ 0x0*[1-9a-f]/.test(await dataArea(first.qmp)) ? true : undefined),
      { intervalMs: 20, timeoutMs: 30_000 },
    );
    await first.pause();
    saved = await dataArea(first.qmp);
    await saveThroughGzip(first, file, directory);
  }
  await using child = await startProcess({
    name: "the second",
    file: features.binary,
    args: machineArgv(machine, { qmpFd: 3, portFds: [], incoming: true }, features),
    channels: 2,
  });
  const [control, stream] = child.channels;
  if (control === undefined || stream === undefined) throw new Error("both were asked for");
  await using qmp = await connectQmp(control);
  await loadThroughGzip(qmp, file, stream, 4);
  expect(await dataArea(qmp)).toBe(saved);
  await qmp.execute("cont");
  expect((await qmp.execute("query-status")).status).toBe("running");
});

import { connectQmp, detectFeatures } from "@winvm/qemu";
import { startProcess } from "@winvm/runtime";
import { startSwitch } from "@winvm/vde";
import type { Benchmark } from "../benchmark.ts";
import type { Contest } from "../harness/rounds.ts";
import { timeNode } from "./processes.ts";

/** What the programs of a revival cost when they do nothing: nothing that is built on them can be quicker. */
export const floor: Benchmark = {
  rounds: 20,
  async open() {
    const { binary } = await detectFeatures();
    return [
      single("floor: node", "node -e 0, to its end", () => timeNode(["-e", "0"])),
      single("floor: vde_switch", "spawn to its first answer", timeSwitch),
      single("floor: QEMU none", "-machine none, spawn to QMP", () => timeQemu(binary, "none")),
      single("floor: QEMU q35", "-machine q35 without devices, spawn to QMP", () =>
        timeQemu(binary, "q35"),
      ),
    ];
  },
};

function single(name: string, label: string, measure: () => Promise<number>): Contest {
  return { name, unit: "ms", ours: { label, measure } };
}

async function timeSwitch(): Promise<number> {
  const started = performance.now();
  await using _running = await startSwitch();
  return performance.now() - started;
}

async function timeQemu(file: string, machine: string): Promise<number> {
  const nothing = ["-nodefaults", "-no-user-config", "-display", "none", "-S"];
  const monitor = ["-chardev", "socket,id=qmp,fd=3", "-mon", "chardev=qmp,mode=control"];
  const started = performance.now();
  await using child = await startProcess({
    name: "an empty QEMU",
    file,
    args: [...nothing, "-machine", machine, ...monitor],
    channels: 1,
  });
  const [channel] = child.channels;
  if (channel === undefined) throw new TypeError("it was asked for");
  await using _qmp = await connectQmp(channel);
  return performance.now() - started;
}

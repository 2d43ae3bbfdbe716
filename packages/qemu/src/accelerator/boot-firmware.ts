import { startProcess, withDeadline, type WaitOptions } from "@winvm/runtime";
import { qemuOption } from "../argv/option.ts";
import type { QemuFeatures } from "../features/features.ts";
import type { Accelerator } from "./choose.ts";

/** What became of a boot of SeaBIOS. */
export interface FirmwareBoot {
  readonly outcome: "booted" | "stalled" | "ended";
  /** What happened, as a clause. */
  readonly explanation: string;
  readonly elapsedMs: number;
  /** The last of what the firmware wrote to its debug port. */
  readonly log: string;
}

/** SeaBIOS says one of these when it is through with the hardware. */
const booted = /Booting from|No bootable device/;

/**
 * Boots SeaBIOS on a machine without disks and waits until it looks for something to boot. Its debug messages come
 * out of I/O port 0x402. Leaves no process behind.
 *
 * @throws what the wait's signal says
 */
export async function bootFirmware(
  features: QemuFeatures,
  accelerator: Accelerator,
  { signal, limitMs }: WaitOptions & { readonly limitMs: number },
): Promise<FirmwareBoot> {
  signal?.throwIfAborted();
  const started = performance.now();
  await using qemu = await startProcess({
    name: `QEMU (trial of ${accelerator})`,
    file: features.binary,
    args: [
      ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
      ["-machine", "q35", "-accel", accelerator, "-m", "size=64M"],
      ["-chardev", qemuOption("socket", { id: "debug", fd: 3 })],
      ["-device", qemuOption("isa-debugcon", { iobase: "0x402", chardev: "debug" })],
    ].flat(),
    channels: 1,
  });
  let log = "";
  let timer: NodeJS.Timeout | undefined;
  const outcome = await withDeadline<FirmwareBoot["outcome"]>(
    `boot firmware under ${accelerator}`,
    async (limit) =>
      new Promise((resolve, reject) => {
        qemu.channels[0]?.on("data", (bytes: Buffer) => {
          log = (log + bytes.toString("latin1")).slice(-8192);
          if (booted.test(log)) resolve("booted");
        });
        void qemu.exited.then(() => resolve("ended"));
        timer = setTimeout(() => resolve("stalled"), limitMs);
        limit.addEventListener("abort", () => reject(limit.reason as Error));
      }),
    { signal },
  ).finally(() => clearTimeout(timer));
  const elapsedMs = Math.round(performance.now() - started);
  // Nothing in it is worth a gentle end.
  await qemu.stop([
    {
      name: "SIGKILL at once",
      attempt: () => void process.kill(qemu.pid, "SIGKILL"),
      graceMs: 2000,
    },
  ]);
  const lastWords = log.trim().split("\n").at(-1) ?? "";
  return {
    outcome,
    explanation: explain(outcome, limitMs, lastWords, qemu.recentOutput()),
    elapsedMs,
    log,
  };
}

function explain(
  outcome: FirmwareBoot["outcome"],
  limitMs: number,
  lastWords: string,
  output: string,
): string {
  switch (outcome) {
    case "booted":
      return "firmware boots";
    case "ended":
      return `QEMU ended: ${output.trim().slice(-300) || "without a word"}`;
    case "stalled":
      return `firmware does not get through within ${limitMs} ms (its last words: ${JSON.stringify(lastWords.slice(-120))})`;
  }
}

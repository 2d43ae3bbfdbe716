import { setTimeout as sleep } from "node:timers/promises";
import type { RunningMachine } from "@winvm/qemu";
import { describeError, isWinvmError } from "@winvm/runtime";

/** How a medium was got past its "Press any key to boot from CD". */
export interface BootPromptReport {
  /**
   * `started`: the guest reads the medium. `reset`: the machine was started again, so whatever asks now is not
   * answered. `limit`: nothing of this happened. `ended`: the machine has ended, or the wait was called off. `failed`:
   * the machine goes on, and no key could be pressed.
   */
  readonly outcome: "started" | "reset" | "limit" | "ended" | "failed";
  /** How often a key was pressed. */
  readonly keys: number;
  /** What failed. */
  readonly error?: unknown;
}

/** What {@link passBootPrompt} needs of a machine. */
export type PromptedMachine = Pick<RunningMachine, "qmp" | "sendKeys" | "incidents">;

export interface BootPromptOptions {
  /** The id of the medium's CD drive. */
  readonly cdrom: string;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; firmware under emulation takes a minute. */
  readonly limitMs?: number | undefined;
}

/** The prompt stands for five seconds of the guest's time, which under load runs ahead of ours. */
const intervalMs = 700;

const usualLimitMs = 15 * 60_000;

/**
 * Boot programs and the boot manager are smaller than this, and what they load (boot.wim; XP's drivers) is larger: who
 * has read so much has gone past the prompt, and has not yet anything on the screen that a key could change.
 */
const startedBytes = 8 * 1024 * 1024;

/**
 * Presses Enter while the firmware starts from a CD, so that "Press any key" is answered. Begins when the CD is first
 * read, and ends when the guest has really started from it or is reset: a later prompt has to time out, so that the
 * disk is started. Enter is the key that changes nothing in what may be open instead: it goes on at UEFI's logo, and takes
 * the default in the boot manager.
 */
export async function passBootPrompt(
  machine: PromptedMachine,
  options: BootPromptOptions,
): Promise<BootPromptReport> {
  const { cdrom, signal } = options;
  const end = performance.now() + (options.limitMs ?? usualLimitMs);
  const resets = (): number => machine.incidents.filter(({ event }) => event === "RESET").length;
  let keys = 0;
  // Firmware may reset the machine before it looks for anything to start.
  let before: number | undefined;
  try {
    while (performance.now() < end) {
      const bytes = await bytesRead(machine, cdrom, signal);
      if (bytes > 0) before ??= resets();
      if (before !== undefined && resets() > before) return { outcome: "reset", keys };
      if (bytes >= startedBytes) return { outcome: "started", keys };
      if (bytes > 0) {
        await machine.sendKeys(["ret"], { signal });
        keys += 1;
      }
      await sleep(intervalMs, undefined, { signal });
    }
    return { outcome: "limit", keys };
  } catch (error) {
    // Whoever owns the machine sees why it ended; here it only means that there is nothing to press.
    const over = signal?.aborted === true || tellsOfTheEnd(error);
    return over ? { outcome: "ended", keys } : { outcome: "failed", keys, error };
  }
}

/** What a user has to know of it; `undefined` where all went well. Pure. */
export function bootPromptTrouble(report: BootPromptReport): string | undefined {
  if (report.outcome === "failed")
    return `a key that the installation medium may have asked for could not be pressed: ${describeError(report.error)}`;
  if (report.outcome !== "limit") return undefined;
  return report.keys === 0
    ? "the firmware has not read the installation medium"
    : `the guest has not started from the installation medium, though Enter was pressed ${report.keys} times`;
}

function tellsOfTheEnd(error: unknown): boolean {
  return (
    isWinvmError(error) &&
    ["QEMU_MACHINE_ENDED", "QEMU_QMP_CLOSED", "RUNTIME_PROCESS_EXITED"].includes(error.code)
  );
}

async function bytesRead(
  { qmp }: Pick<RunningMachine, "qmp">,
  cdrom: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const answer = (await qmp.executeAny("query-blockstats", {}, { signal })) as readonly {
    readonly qdev?: string;
    readonly stats?: { readonly rd_bytes?: number };
  }[];
  const drive = answer.find(({ qdev }) => qdev === cdrom || qdev?.endsWith(`/${cdrom}`));
  return drive?.stats?.rd_bytes ?? 0;
}

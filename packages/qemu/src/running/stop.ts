import type { OwnedProcess, StopReport, StopStep } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import type { QmpSession } from "../qmp/session.ts";
import type { StopMachineOptions } from "./running-machine.ts";

/** Windows may ask its services for long; what takes longer than this does not listen. */
const powerButtonGraceMs = 20_000;
const quitGraceMs = 2000;

/** The ways to end a machine, the gentlest first. */
export class StopLadder {
  readonly #child: OwnedProcess;
  readonly #qmp: QmpSession;
  readonly #hurry = new AbortController();

  constructor(child: OwnedProcess, qmp: QmpSession) {
    this.#child = child;
    this.#qmp = qmp;
  }

  stop(options: StopMachineOptions): Promise<StopReport> {
    const graceMs = options.powerButtonGraceMs ?? powerButtonGraceMs;
    const button: StopStep = {
      name: "ACPI power button",
      attempt: () => this.#pressPowerButton(graceMs),
      graceMs,
    };
    return this.#child.stop([button, this.#quit()]);
  }

  kill(): Promise<StopReport> {
    // Where a stop is under way, its ladder is the one that goes on.
    this.#hurry.abort(new Error("killed"));
    return this.#child.stop([this.#quit()]);
  }

  /** Presses the button and waits for the guest; a rejection makes the ladder go on at once. */
  async #pressPowerButton(graceMs: number): Promise<void> {
    const signal = AbortSignal.any([this.#hurry.signal, AbortSignal.timeout(wholeMs(graceMs))]);
    signal.throwIfAborted();
    const { status } = await this.#qmp.execute("query-status", {}, { signal });
    if (status !== "running") throw new Error(`the guest can't hear it: its status is ${status}`);
    await this.#qmp.execute("system_powerdown", {}, { signal });
    await new Promise<void>((resolve, reject) => {
      void this.#child.exited.then(() => resolve());
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  }

  #quit(): StopStep {
    return {
      name: "quit",
      attempt: async () => {
        // QEMU may close the connection before it answers; whether it ended is for the ladder to see.
        await this.#qmp.execute("quit", {}, { timeoutMs: quitGraceMs }).catch((error: unknown) => {
          if (!(error instanceof QemuError && error.code === "QEMU_QMP_CLOSED")) throw error;
        });
      },
      graceMs: quitGraceMs,
    };
  }
}

/** AbortSignal.timeout() takes whole numbers only, and more than a timer's longest for 1. */
function wholeMs(ms: number): number {
  return Math.min(Math.max(0, Math.ceil(ms)), 2 ** 31 - 1);
}

import type { OwnedProcess } from "@winvm/runtime";
import type { QmpSession } from "../qmp/session.ts";
import type { MachineExit, MachineIncident, ShutdownEvidence } from "./running-machine.ts";

/** Events that say what became of the machine. Kept for those who come later. */
const telling = new Set([
  "BLOCK_IO_ERROR",
  "GUEST_CRASHLOADED",
  "GUEST_PANICKED",
  "MEMORY_FAILURE",
  "RESET",
  "SHUTDOWN",
  "SUSPEND",
  "WATCHDOG",
]);

/** As many as are kept: a disk that is full can report each write. */
const mostIncidents = 200;

/** Collects what QEMU reports of its own accord. */
export class Evidence {
  readonly #incidents: MachineIncident[] = [];

  constructor(qmp: QmpSession, spawned: number) {
    qmp.onAny(({ event, data }) => {
      if (!telling.has(event) || this.#incidents.length >= mostIncidents) return;
      this.#incidents.push({ event, data, atMs: Math.round(performance.now() - spawned) });
    });
  }

  get incidents(): readonly MachineIncident[] {
    return [...this.#incidents];
  }

  /** Why the machine was shut down, once QEMU has said so. */
  get shutdown(): ShutdownEvidence | undefined {
    const last = this.#incidents.findLast(({ event }) => event === "SHUTDOWN");
    return last === undefined ? undefined : shutdownOf(last.data);
  }

  /** How the process ended, with what was heard of it until then. */
  async exitOf(child: OwnedProcess, qmp: QmpSession): Promise<MachineExit> {
    const exit = await child.exited;
    // What it said last may still be on its way.
    await qmp.closed;
    const { shutdown } = this;
    return {
      exit,
      ...(shutdown === undefined ? {} : { shutdown }),
      ...(this.#incidents.some(({ event }) => event === "GUEST_PANICKED")
        ? { panicked: true }
        : {}),
      recentOutput: child.recentOutput(),
    };
  }
}

function shutdownOf(data: unknown): ShutdownEvidence {
  const { guest, reason } = (data ?? {}) as { guest?: unknown; reason?: unknown };
  return { guest: guest === true, reason: typeof reason === "string" ? reason : "unknown" };
}

import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { isWinvmError, type OwnedProcess, type StopReport, type WaitOptions } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import type { QemuFeatures } from "../features/features.ts";
import type { Machine } from "../machine/machine.ts";
import type { QmpSession } from "../qmp/session.ts";
import { Evidence } from "./evidence.ts";
import { pressKeys } from "./keys.ts";
import { lastWords } from "../process/last-words.ts";
import type {
  MachineExit,
  MachineIncident,
  RunningMachine,
  SaveReport,
  StartOptions,
  StartTimings,
  StopMachineOptions,
} from "./running-machine.ts";
import { prepareSave, type PreparedSave } from "./save.ts";
import { takeScreenshot } from "./screenshot.ts";
import { StopLadder } from "./stop.ts";

/** What {@link OwnedMachine} is made of. */
export interface MachineParts {
  readonly machine: Machine;
  readonly features: QemuFeatures;
  readonly child: OwnedProcess;
  readonly qmp: QmpSession;
  readonly ports: readonly Socket[];
  /** `performance.now()` at the spawn. */
  readonly spawned: number;
  readonly options: Pick<StartOptions, "stateOut">;
}

/** A command that a healthy QEMU answers at once. */
const commandTimeoutMs = 10_000;

/** The one implementation of {@link RunningMachine}. */
export class OwnedMachine implements RunningMachine {
  readonly machine: Machine;
  readonly process: OwnedProcess;
  readonly qmp: QmpSession;
  readonly ports: ReadonlyMap<string, Duplex>;
  readonly exited: Promise<MachineExit>;
  readonly #parts: MachineParts;
  readonly #evidence: Evidence;
  readonly #ladder: StopLadder;
  readonly #timings: { qmpMs: number; loadedMs?: number; readyMs: number };
  #saved = false;
  #prepared: Promise<PreparedSave> | undefined;

  constructor(parts: MachineParts) {
    this.#parts = parts;
    this.machine = parts.machine;
    this.process = parts.child;
    this.qmp = parts.qmp;
    this.ports = new Map(
      parts.machine.ports.flatMap((name, index) => {
        const stream = parts.ports[index];
        return stream === undefined ? [] : [[name, stream]];
      }),
    );
    this.#evidence = new Evidence(parts.qmp, parts.spawned);
    this.exited = this.#evidence.exitOf(parts.child, parts.qmp);
    this.#ladder = new StopLadder(parts.child, parts.qmp);
    const qmpMs = Math.round(performance.now() - parts.spawned);
    this.#timings = { qmpMs, readyMs: qmpMs };
  }

  get timings(): StartTimings {
    return { ...this.#timings };
  }

  get incidents(): readonly MachineIncident[] {
    return this.#evidence.incidents;
  }

  /** Notes that a step of the start is done. */
  mark(step: "loadedMs" | "readyMs"): void {
    this.#timings[step] = Math.round(performance.now() - this.#parts.spawned);
  }

  async status(wait?: WaitOptions): Promise<string> {
    return this.#alive(
      "ask for the status",
      async (limits) => {
        return (await this.qmp.execute("query-status", {}, limits)).status;
      },
      wait,
    );
  }

  async pause(wait?: WaitOptions): Promise<void> {
    await this.#alive("pause", (limits) => this.qmp.execute("stop", {}, limits), wait);
  }

  async resume(wait?: WaitOptions): Promise<void> {
    const status = await this.#alive(
      "resume",
      async (limits) => {
        await this.qmp.execute("cont", {}, limits);
        return (await this.qmp.execute("query-status", {}, limits)).status;
      },
      wait,
    );
    if (status === "running") return;
    throw new QemuError({
      code: "QEMU_RESUME_FAILED",
      asked: `resume the machine ${this.machine.name}`,
      happened: `its status is ${status}`,
      hint: "see the machine's incidents for what stopped it",
      data: { status, incidents: this.incidents },
    });
  }

  async announce(wait?: WaitOptions): Promise<void> {
    // Delays are in milliseconds; the first frame goes at once.
    const once = { initial: 0, max: 0, rounds: 1, step: 0 };
    await this.#alive(
      "announce its cards",
      (limits) => this.qmp.execute("announce-self", once, limits),
      wait,
    );
  }

  async prepareSave(wait: WaitOptions = {}): Promise<void> {
    await this.#preparedSave(wait);
  }

  #preparedSave(wait: WaitOptions): Promise<PreparedSave> {
    this.#prepared ??= prepareSave(this, this.#stateOut(), wait).catch((error: unknown) => {
      // Refused before it began, so it may be tried again.
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  #stateOut(): string {
    const file = this.#parts.options.stateOut;
    const { memory } = this.machine;
    if (this.#saved) throw this.#notPossible("it has been saved", "start it anew");
    if (file !== undefined && memory.kind === "template" && memory.mode !== "revive") return file;
    throw this.#notPossible(
      "it was not started for that",
      "start it with `stateOut` and a template to save",
    );
  }

  async save(wait: WaitOptions = {}): Promise<SaveReport> {
    this.#stateOut();
    const status = await this.status(wait);
    // `postmigrate` and the like can't be saved either.
    if (status !== "paused" && status !== "prelaunch") {
      throw this.#notPossible(`its status is ${status}`, "pause it first");
    }
    const prepared = await this.#preparedSave(wait);
    // Of two at the same time, one comes too late.
    this.#stateOut();
    this.#saved = true;
    return prepared.write(wait);
  }

  async screenshot(file: string, wait?: WaitOptions): Promise<void> {
    await this.#alive(
      "take a screenshot",
      (limits) => takeScreenshot(this, this.#parts.features, file, limits),
      wait,
    );
  }

  async sendKeys(keys: readonly string[], wait?: WaitOptions): Promise<void> {
    await this.#alive("press keys", (limits) => pressKeys(this, keys, limits), wait);
  }

  async stop(options: StopMachineOptions = {}): Promise<StopReport> {
    return this.#undoPrepared(await this.#ladder.stop(options));
  }

  async kill(): Promise<StopReport> {
    return this.#undoPrepared(await this.#ladder.kill());
  }

  async #undoPrepared(report: StopReport): Promise<StopReport> {
    await (await this.#prepared?.catch(() => {}))?.[Symbol.asyncDispose]();
    return report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #alive<T>(
    verb: string,
    work: (limits: WaitOptions) => Promise<T>,
    wait: WaitOptions = {},
  ): Promise<T> {
    const asked = `${verb}: machine ${this.machine.name}`;
    try {
      return await this.process.whileAlive(asked, (signal) => work({ signal }), {
        signal: wait.signal,
        timeoutMs: wait.timeoutMs ?? commandTimeoutMs,
      });
    } catch (cause) {
      if (!tellsOfTheEnd(cause)) throw cause;
      throw new QemuError({
        code: "QEMU_MACHINE_ENDED",
        asked,
        happened: (await lastWords(this.process, cause)) ?? "QEMU has ended",
        hint: "`exited` says how",
        cause,
        data: { shutdown: this.#evidence.shutdown },
      });
    }
  }

  #notPossible(happened: string, hint: string): QemuError {
    return new QemuError({
      code: "QEMU_SAVE_NOT_POSSIBLE",
      asked: `save the machine ${this.machine.name}`,
      happened,
      hint,
    });
  }
}

function tellsOfTheEnd(error: unknown): boolean {
  if (!isWinvmError(error)) return false;
  return error.code === "QEMU_QMP_CLOSED" || error.code === "RUNTIME_PROCESS_EXITED";
}

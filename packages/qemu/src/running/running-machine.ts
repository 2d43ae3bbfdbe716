import type { Duplex } from "node:stream";
import type { OwnedProcess, ProcessExit, StopReport, WaitOptions } from "@winvm/runtime";
import type { QemuFeatures } from "../features/features.ts";
import type { Machine } from "../machine/machine.ts";
import type { QmpSession } from "../qmp/session.ts";

/** How a machine is started. */
export interface StartOptions extends WaitOptions {
  /** A program's name or path; `qemu-system-x86_64` when absent. */
  readonly binary?: string | undefined;
  /** What that binary can do; asked when absent (see {@link detectFeatures}). */
  readonly features?: QemuFeatures | undefined;
  /** Where the answer to that is kept across processes. */
  readonly featuresCacheFile?: string | undefined;
  /** The device state that {@link RunningMachine.save} wrote; the machine is loaded and stands still. */
  readonly stateIn?: string | undefined;
  /** The file that `save()` will make; checked at once, so that a bad place is known early. */
  readonly stateOut?: string | undefined;
  /** The machine stands still at its first instruction. */
  readonly paused?: boolean | undefined;
  /** QEMU's own messages are appended to this file. */
  readonly outputFile?: string | undefined;
}

/** Why the guest or the host ended the machine, as QEMU told it. */
export interface ShutdownEvidence {
  /** The guest did it (ACPI, triple fault, panic) and not the host. */
  readonly guest: boolean;
  /** QEMU's `ShutdownCause`: `guest-shutdown`, `guest-reset`, `guest-panic`, `host-qmp-quit`, `host-signal`, … */
  readonly reason: string;
}

/** How a machine ended. */
export interface MachineExit {
  readonly exit: ProcessExit;
  /** Absent where QEMU ended without a word: it was killed, or crashed. */
  readonly shutdown?: ShutdownEvidence | undefined;
  /** The guest reported a panic (pvpanic, Hyper-V crash registers). */
  readonly panicked?: boolean | undefined;
  /** The last of what QEMU printed. */
  readonly recentOutput: string;
}

/** Something that QEMU reported of its own accord. */
export interface MachineIncident {
  readonly event: string;
  readonly data: unknown;
  /** Milliseconds after the spawn of the process. */
  readonly atMs: number;
}

/** How a stop is carried out. */
export interface StopMachineOptions {
  /** Milliseconds that the guest has to power off after the press of its power button; 20 000 when absent. */
  readonly powerButtonGraceMs?: number | undefined;
}

/** How long the steps of a start took, in milliseconds after the spawn of the process. */
export interface StartTimings {
  /** QMP is negotiated. */
  readonly qmpMs: number;
  /** The saved state is loaded, where there is one. */
  readonly loadedMs?: number | undefined;
  /** `startMachine` returns. */
  readonly readyMs: number;
}

/** A QEMU process that its owner can talk to. Disposal kills it. */
export interface RunningMachine extends AsyncDisposable {
  /** As given, with the machine type pinned to its version. */
  readonly machine: Machine;
  readonly process: OwnedProcess;
  readonly qmp: QmpSession;
  /** The virtio-serial ports by name; a stream ends with the process. */
  readonly ports: ReadonlyMap<string, Duplex>;
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<MachineExit>;
  readonly timings: StartTimings;
  /** Panics, block errors, resets and the like, oldest first. */
  readonly incidents: readonly MachineIncident[];
  /** QEMU's run state: `running`, `paused`, `shutdown`, `io-error`, `guest-panicked`, … */
  status(wait?: WaitOptions): Promise<string>;
  /** Stops the guest's processors and clock. */
  pause(wait?: WaitOptions): Promise<void>;
  /**
   * Lets the guest run, and makes sure that it does.
   * @throws {QemuError} `QEMU_RESUME_FAILED`
   */
  resume(wait?: WaitOptions): Promise<void>;
  /**
   * Sends one frame from each network card, RARP as after a migration, also where the guest stands still: a new switch
   * learns where the card is, and the other machines get a packet.
   * @throws {QemuError} `QEMU_QMP_COMMAND_FAILED`
   */
  announce(wait?: WaitOptions): Promise<void>;
  /**
   * Does ahead what a {@link save} needs besides the writing, while the guest may still run: who stops it to save it then
   * lets it stand still for a moment only. Does nothing the second time.
   * @throws what {@link save} throws
   */
  prepareSave(wait?: WaitOptions): Promise<void>;
  /**
   * Writes the device state to `stateOut`. The RAM is in the template already, so the two are complete once this
   * process has ended; end it before anybody revives them. Once per process: QEMU can't do it again.
   * @throws {QemuError} `QEMU_SAVE_NOT_POSSIBLE`, `QEMU_SAVE_BLOCKED`, `QEMU_SAVE_FAILED`
   */
  save(wait?: WaitOptions): Promise<SaveReport>;
  /**
   * Writes what the screen shows as a PNG file.
   * @throws {QemuError} `QEMU_SCREENSHOT_FAILED`
   */
  screenshot(file: string, wait?: WaitOptions): Promise<void>;
  /**
   * Presses keys one after the other; keys joined by dashes are held together: `["ctrl-alt-delete", "a", "ret"]`.
   * Names are QEMU's `QKeyCode`s.
   * @throws {QemuError} `QEMU_KEYS_INVALID`
   */
  sendKeys(keys: readonly string[], wait?: WaitOptions): Promise<void>;
  /** Presses the power button, then `quit`, SIGTERM, SIGKILL, until the process has ended. Idempotent. */
  stop(options?: StopMachineOptions): Promise<StopReport>;
  /** `quit`, SIGTERM, SIGKILL: the guest is not asked. Also cuts short a {@link stop} that waits for the guest. */
  kill(): Promise<StopReport>;
}

/** What a save wrote. */
export interface SaveReport {
  /** The size of the device state. */
  readonly bytes: number;
  /** The writing alone, in milliseconds. */
  readonly elapsedMs: number;
  /** When the file was complete, in milliseconds since 1970. */
  readonly completedAtMs: number;
}

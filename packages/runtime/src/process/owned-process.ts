import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import type { WaitOptions } from "../waits/deadline.ts";

/** How {@link startProcess} starts a child that lives on. */
export interface ProcessOptions {
  /** The process' name in messages. */
  readonly name: string;
  /** A program's name or full path. */
  readonly file: string;
  readonly args?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  /** Added to the owner's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** `pipe` also serves as a leash: the child reads its end when the owner dies. `ignore` when absent. */
  readonly stdin?: "ignore" | "pipe" | undefined;
  /** How many connected sockets the child inherits, as its descriptors 3, 4, …; our ends are in `channels`. */
  readonly channels?: number | undefined;
  /** Open descriptors of ours that the child inherits, numbered after the channels. */
  readonly inheritFds?: readonly number[] | undefined;
  /** The kernel kills the child when its owner dies (prctl(2), PR_SET_PDEATHSIG). True when absent. */
  readonly dieWithParent?: boolean | undefined;
  /** Standard output and error are appended to this file too. */
  readonly outputFile?: string | undefined;
  /** What to do when the program is missing. */
  readonly missingHint?: string | undefined;
}

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One rung of the ladder by which a process is stopped. */
export interface StopStep {
  readonly name: string;
  readonly attempt: () => void | Promise<void>;
  /** Milliseconds the process has to end after the attempt before the next rung is taken. */
  readonly graceMs: number;
}

/** What stopping took. */
export interface StopReport {
  /** The rung that worked; `already exited` where none was needed. */
  readonly step: string;
  readonly attempts: readonly {
    readonly name: string;
    readonly elapsedMs: number;
    readonly error?: string;
  }[];
  readonly exit: ProcessExit;
}

/** A running child process that dies with its owner. */
export interface OwnedProcess extends AsyncDisposable {
  readonly pid: number;
  readonly name: string;
  readonly command: readonly string[];
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Our ends of the inherited sockets, in order. */
  readonly channels: readonly Socket[];
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** The last of what the process printed on both streams. */
  recentOutput(): string;
  /**
   * Runs `work` unless and until the process ends.
   *
   * @throws RuntimeError `RUNTIME_PROCESS_EXITED` (with the exit and the recent output), `RUNTIME_TIMEOUT`,
   *   `RUNTIME_ABORTED`, or what `work` throws.
   */
  whileAlive<T>(
    asked: string,
    work: (signal: AbortSignal) => Promise<T>,
    wait?: WaitOptions,
  ): Promise<T>;
  /**
   * Stops the process: the steps given, then SIGTERM (2 s), then SIGKILL. Idempotent; callers at the same time share
   * one ladder.
   */
  stop(before?: readonly StopStep[]): Promise<StopReport>;
}

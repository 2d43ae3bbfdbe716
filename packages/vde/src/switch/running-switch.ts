import type { OwnedProcess, ProcessExit, StopReport, WaitOptions } from "@winvm/runtime";
import {
  parseHashTable,
  parseInfo,
  parsePorts,
  parsePortSettings,
  type HashEntry,
  type PortSettings,
  type SwitchInfo,
  type SwitchPort,
} from "../console/listings.ts";
import type { ConsoleReply } from "../console/reader.ts";
import { ConsoleSession, type SwitchNotice } from "../console/session.ts";
import type { RunDirectory } from "../directory/run-directory.ts";
import { VdeError } from "../errors.ts";

/** Milliseconds for a console command when the caller sets no limit; the switch answers in less than one. */
const CONSOLE_LIMIT_MS = 10_000;

/** A switch that runs and answers. It dies with its owner, whatever the way, and is stopped by `stop()`. */
export interface RunningSwitch extends AsyncDisposable {
  /** The control directory: QEMU's `-netdev vde,sock=`, vde_plug's argument. */
  readonly socketDirectory: string;
  readonly process: OwnedProcess;
  /** Settles when the switch has ended; never rejects. */
  readonly exited: Promise<ProcessExit>;
  /**
   * Sends one console command and waits for its answer; `help` lists the commands. Commands wait for each other.
   *
   * @throws VdeError `VDE_COMMAND_FAILED`, `VDE_INVALID_COMMAND`, `VDE_CONSOLE_CLOSED`; RuntimeError as for any wait.
   */
  console(command: string, wait?: WaitOptions): Promise<ConsoleReply>;
  /** The ports that something is plugged into. */
  listPorts(wait?: WaitOptions): Promise<SwitchPort[]>;
  /** Which address is behind which port, as far as frames have told. */
  hashTable(wait?: WaitOptions): Promise<HashEntry[]>;
  /** How many ports there can be, and whether the switch is a hub. */
  portSettings(wait?: WaitOptions): Promise<PortSettings>;
  /** Makes the switch repeat every frame on every port, or not. */
  setHub(on: boolean, wait?: WaitOptions): Promise<void>;
  showInfo(wait?: WaitOptions): Promise<SwitchInfo>;
  /** Calls the listener for each notice that a `debug/add` brings. @returns a function that ends this */
  onNotice(listener: (notice: SwitchNotice) => void): () => void;
  /** Ends the switch (command, end of input, SIGTERM, SIGKILL) and removes its sockets. Idempotent. */
  stop(): Promise<StopReport>;
}

/** Makes the object for a switch process that was just started; it is not known to be ready yet. */
export class OwnedSwitch implements RunningSwitch {
  readonly socketDirectory: string;
  readonly process: OwnedProcess;
  readonly exited: Promise<ProcessExit>;
  readonly #directory: RunDirectory;
  readonly #session: ConsoleSession;
  readonly #listeners = new Set<(notice: SwitchNotice) => void>();
  #stopping: Promise<StopReport> | undefined;

  constructor(process: OwnedProcess, directory: RunDirectory) {
    this.process = process;
    this.exited = process.exited;
    this.socketDirectory = directory.socketDirectory;
    this.#directory = directory;
    this.#session = new ConsoleSession(process, (notice) => {
      for (const listener of this.#listeners) listener(notice);
    });
  }

  async console(command: string, wait: WaitOptions = {}): Promise<ConsoleReply> {
    const reply = await this.#session.ask(command, { timeoutMs: CONSOLE_LIMIT_MS, ...wait });
    if (reply.errno === 0) return reply;
    throw new VdeError({
      code: "VDE_COMMAND_FAILED",
      asked: `run the switch command ${JSON.stringify(command)}`,
      happened: `the switch answered ${reply.code} ${reply.text}`,
      // ENOSYS is how the switch says that it knows no such command.
      ...(reply.errno === 38 ? { hint: "the console command `help` lists what there is" } : {}),
      data: { command, ...reply },
    });
  }

  async listPorts(wait?: WaitOptions): Promise<SwitchPort[]> {
    return parsePorts((await this.console("port/print", wait)).lines);
  }

  async hashTable(wait?: WaitOptions): Promise<HashEntry[]> {
    return parseHashTable((await this.console("hash/print", wait)).lines);
  }

  async portSettings(wait?: WaitOptions): Promise<PortSettings> {
    return parsePortSettings((await this.console("port/showinfo", wait)).lines);
  }

  async setHub(on: boolean, wait?: WaitOptions): Promise<void> {
    await this.console(`port/sethub ${on ? 1 : 0}`, wait);
  }

  async showInfo(wait?: WaitOptions): Promise<SwitchInfo> {
    return parseInfo((await this.console("showinfo", wait)).lines);
  }

  onNotice(listener: (notice: SwitchNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  stop(): Promise<StopReport> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<StopReport> {
    const { stdin } = this.process;
    try {
      return await this.process.stop([
        { name: "shutdown command", attempt: () => void stdin?.write("shutdown\n"), graceMs: 1000 },
        { name: "end of input", attempt: () => void stdin?.end(), graceMs: 1000 },
      ]);
    } finally {
      await this.#directory.remove();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

import type { OwnedProcess, WaitOptions } from "@winvm/runtime";
import { VdeError } from "../errors.ts";
import { consoleStart, readConsole, type ConsoleEvent, type ConsoleReply } from "./reader.ts";

/** A notice that the switch sent by itself, while a `debug/add` is on. */
export interface SwitchNotice {
  /** 3000 to 3999. */
  readonly code: number;
  readonly text: string;
}

/** consmgmt.c reads a command into 128 bytes and drops what is beyond. */
const LONGEST_COMMAND = 126;

/**
 * The console on a switch's standard input and output. One command at a time: the switch takes whatever one read(2)
 * gives it for one command, so the next is sent only after the answer to the last.
 */
export class ConsoleSession {
  readonly #process: OwnedProcess;
  readonly #noticed: (notice: SwitchNotice) => void;
  #state = consoleStart;
  #turn: Promise<unknown> = Promise.resolve();
  #answer: ((reply: ConsoleReply) => void) | undefined;

  constructor(process: OwnedProcess, noticed: (notice: SwitchNotice) => void) {
    this.#process = process;
    this.#noticed = noticed;
    process.stdout.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  /**
   * Sends a command and waits for its answer, a failure included.
   *
   * @throws VdeError `VDE_INVALID_COMMAND`, `VDE_CONSOLE_CLOSED`; RuntimeError `RUNTIME_TIMEOUT`, `RUNTIME_ABORTED`,
   *   `RUNTIME_PROCESS_EXITED`.
   */
  async ask(command: string, wait: WaitOptions = {}): Promise<ConsoleReply> {
    const asked = `run the switch command ${JSON.stringify(command)}`;
    checkCommand(command, asked);
    const { stdin } = this.#process;
    return this.#process.whileAlive(
      asked,
      (signal) => {
        const answered = this.#turn.then(() => {
          // Whoever gave up while waiting for its turn sends nothing.
          signal.throwIfAborted();
          if (stdin === null || !stdin.writable) throw closed(asked);
          const { promise, resolve } = Promise.withResolvers<ConsoleReply>();
          this.#answer = resolve;
          stdin.write(`${command}\n`);
          return promise;
        });
        // The turn passes on with the answer, also where nobody waits for it any more.
        this.#turn = answered.catch(() => {});
        return answered;
      },
      wait,
    );
  }

  #take(chunk: Uint8Array): void {
    const { state, events } = readConsole(this.#state, chunk);
    this.#state = state;
    for (const event of events) this.#handle(event);
  }

  #handle(event: ConsoleEvent): void {
    if (event.kind === "notice") this.#noticed({ code: event.code, text: event.text });
    if (event.kind !== "reply") return;
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(event.reply);
  }
}

function checkCommand(command: string, asked: string): void {
  const bytes = Buffer.byteLength(command);
  // oxlint-disable-next-line no-control-regex
  const bad = command.trim() === "" || /[\u0000-\u001F]/.test(command);
  if (!bad && bytes <= LONGEST_COMMAND) return;
  throw new VdeError({
    code: "VDE_INVALID_COMMAND",
    asked,
    happened: bad
      ? "it is not one line of text"
      : `it has ${bytes} bytes, the switch reads ${LONGEST_COMMAND}`,
    data: { command },
  });
}

function closed(asked: string): VdeError {
  return new VdeError({
    code: "VDE_CONSOLE_CLOSED",
    asked,
    happened: "the switch is stopped or stopping",
  });
}

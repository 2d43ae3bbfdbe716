import { QemuError } from "../errors.ts";
import type { QmpFailure } from "./messages.ts";

interface PendingCommand {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: QemuError) => void;
}

/**
 * The commands that wait for their answer, by id. One that the caller has given up on stays until QEMU answers it:
 * then the answer has somewhere to go, and those without an id find the right one.
 */
export class PendingCommands {
  // In the order in which they were sent.
  readonly #commands = new Map<number, PendingCommand>();
  #lastId = 0;

  /** The names of those that wait, oldest first. */
  get names(): readonly string[] {
    return [...this.#commands.values()].map(({ command }) => command);
  }

  /** The next command's id: 1, 2, 3, … */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Settles as QEMU answers. */
  add(id: number, command: string): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#commands.set(id, { command, resolve, reject });
    return promise;
  }

  /** An answer without a known id is dropped. */
  succeed(id: unknown, value: unknown): void {
    this.#take(id)?.resolve(value);
  }

  /**
   * An error without id is one for a command whose id QEMU could not read. Without out-of-band execution QEMU answers
   * in order, so it belongs to the oldest one.
   */
  fail(id: unknown, failure: QmpFailure): void {
    const pending = this.#take(id === undefined ? this.#commands.keys().next().value : id);
    pending?.reject(
      new QemuError({
        code: "QEMU_QMP_COMMAND_FAILED",
        asked: `QMP command ${pending.command}`,
        happened: failure.desc,
        data: { ...failure, command: pending.command },
      }),
    );
  }

  /** Nothing will be answered any more. */
  failAll(reason: (command: string) => QemuError): void {
    const left = [...this.#commands.values()];
    this.#commands.clear();
    for (const { command, reject } of left) reject(reason(command));
  }

  #take(id: unknown): PendingCommand | undefined {
    if (typeof id !== "number") return undefined;
    const pending = this.#commands.get(id);
    this.#commands.delete(id);
    return pending;
  }
}

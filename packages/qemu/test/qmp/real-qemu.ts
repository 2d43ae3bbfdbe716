import type { Socket } from "node:net";
import { requirePrograms } from "@winvm/test-kit";
import { startProcess, withDeadline, type OwnedProcess } from "@winvm/runtime";
import { onTestFinished, type TestContext } from "vitest";
import { LineSplitter } from "../../src/qmp/lines.ts";
import { parseMessage, type QmpMessage } from "../../src/qmp/messages.ts";

const base = ["-nodefaults", "-no-user-config", "-display", "none"];

/** Starts the installed QEMU with QMP on an inherited socket; it ends with the test. */
export async function startQemu(
  context: TestContext,
  ...args: readonly string[]
): Promise<{ readonly qemu: OwnedProcess; readonly channel: Socket }> {
  requirePrograms(context, { "qemu-system-x86_64": "qemu-system-x86" });
  const qemu = await startProcess({
    name: "qemu",
    file: "qemu-system-x86_64",
    args: [...base, ...args, "-chardev", "socket,id=qmp,fd=3", "-mon", "chardev=qmp,mode=control"],
    channels: 1,
  });
  onTestFinished(async () => void (await qemu.stop()));
  const [channel] = qemu.channels;
  if (channel === undefined) throw new TypeError("one channel was asked for");
  return { qemu, channel };
}

/** The protocol without a session: text goes out as it is, messages come in one by one. */
export class RawQmp {
  readonly #channel: Socket;
  readonly #messages: QmpMessage[] = [];
  #wake: () => void = () => {};

  constructor(channel: Socket) {
    this.#channel = channel;
    const splitter = new LineSplitter();
    channel.on("data", (chunk: Buffer) => {
      this.#messages.push(...splitter.push(chunk).map((line) => parseMessage(line)));
      this.#wake();
    });
  }

  send(message: object | string | Uint8Array): void {
    const raw = typeof message === "string" || message instanceof Uint8Array;
    this.#channel.write(raw ? message : `${JSON.stringify(message)}\n`);
  }

  /** The next message that is no event. */
  async next(): Promise<QmpMessage> {
    return withDeadline(
      "a QMP message",
      async () => {
        for (;;) {
          const message = this.#messages.shift();
          if (message !== undefined && message.kind !== "event") return message;
          if (message !== undefined) continue;
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      },
      { timeoutMs: 10_000 },
    );
  }

  async ask(message: object | string | Uint8Array): Promise<QmpMessage> {
    this.send(message);
    return this.next();
  }
}

import type { Duplex } from "node:stream";
import { describeError } from "@winvm/runtime";
import { LineSplitter } from "./lines.ts";
import { parseMessage, type QmpMessage } from "./messages.ts";
import { QemuError } from "../errors.ts";

/** Why a link ended. */
export interface LinkEnd {
  /** A sentence without a full stop. */
  readonly happened: string;
  readonly cause?: unknown;
}

/** Who hears from a {@link Link}. */
export interface LinkHandlers {
  /** Each message in the order of arrival. */
  readonly message: (message: Exclude<QmpMessage, { kind: "malformed" }>) => void;
  /** Once, after the last message. */
  readonly end: (end: LinkEnd) => void;
}

/**
 * QMP messages over a connected stream, which it owns: the stream is destroyed when the link ends, for whatever
 * reason. A stream that breaks the protocol ends it too: an answer may have been lost, and whoever waits for it would
 * wait for ever.
 */
export class Link {
  readonly #stream: Duplex;
  readonly #handlers: LinkHandlers;
  readonly #splitter = new LineSplitter();
  readonly #lines: string[] = [];
  #taking = false;
  #ended = false;

  constructor(stream: Duplex, handlers: LinkHandlers) {
    this.#stream = stream;
    this.#handlers = handlers;
    stream.on("data", (chunk: Uint8Array | string) => this.#receive(chunk));
    stream.once("end", () => this.end({ happened: "QEMU closed the connection" }));
    stream.once("close", () => this.end({ happened: "the connection was closed" }));
    // For good: an error may also come after the end.
    stream.on("error", (cause) =>
      this.end({ happened: `the connection failed (${describeError(cause)})`, cause }),
    );
    if (stream.destroyed || stream.readableEnded) {
      queueMicrotask(() => this.end({ happened: "the connection had been closed before" }));
    }
  }

  send(text: string): void {
    if (!this.#ended) this.#stream.write(text);
  }

  /** Does nothing the second time. */
  end(end: LinkEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.destroy();
    this.#handlers.end(end);
  }

  #receive(chunk: Uint8Array | string): void {
    try {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      for (const line of this.#splitter.push(bytes)) this.#lines.push(line);
      this.#takeAll();
    } catch (cause) {
      this.end({ happened: describeError(cause), cause });
    }
  }

  /** One message after the other, also where a stream within this process answers while one is being taken. */
  #takeAll(): void {
    if (this.#taking) return;
    this.#taking = true;
    try {
      // What is left when a message ends the link is for nobody.
      for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
        if (!this.#ended) this.#take(line);
      }
    } finally {
      this.#taking = false;
    }
  }

  #take(line: string): void {
    const message = parseMessage(line);
    if (message.kind !== "malformed") return this.#handlers.message(message);
    throw new QemuError({
      code: "QEMU_QMP_PROTOCOL",
      asked: "read a QMP line",
      happened: `it is not one (${message.reason})`,
      data: { line: line.slice(0, 200) },
    });
  }
}

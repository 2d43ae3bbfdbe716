import type { Duplex } from "node:stream";
import type { PacketTransport } from "./transport.ts";

/** How packets lie in a stream of bytes. */
export interface Framing {
  /** The size of the first frame in `bytes`, in bytes with everything around it; undefined while that can't be told. */
  size(bytes: Buffer): number | undefined;
  /** Takes a whole frame apart. Throws when it isn't sound. */
  open(frame: Buffer): Buffer;
  /** The frame for a packet. */
  seal(payload: Uint8Array): Buffer;
}

/** Carries packets over a duplex stream. */
export class FramedTransport implements PacketTransport {
  readonly closed: Promise<Error>;
  readonly #stream: Duplex;
  readonly #framing: Framing;
  readonly #settleClosed: (error: Error) => void;
  #pending: Buffer = Buffer.alloc(0);
  #early: Buffer[] = [];
  #listener: ((payload: Buffer) => void) | undefined;
  #ended = false;

  readonly #onData = (chunk: Buffer): void => this.#take(chunk);
  readonly #onGone = (error?: Error): void =>
    this.#fail(error instanceof Error ? error : new Error("the stream ended"));

  constructor(stream: Duplex, framing: Framing, early: Buffer = Buffer.alloc(0)) {
    this.#stream = stream;
    this.#framing = framing;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.closed = promise;
    this.#settleClosed = resolve;
    stream.on("data", this.#onData);
    stream.on("end", this.#onGone);
    stream.on("close", this.#onGone);
    stream.on("error", this.#onGone);
    if (early.byteLength > 0) this.#take(early);
    stream.resume();
  }

  send(payload: Uint8Array): boolean {
    if (this.#ended) return true;
    return this.#stream.write(this.#framing.seal(payload));
  }

  drained(listener: () => void): void {
    if (this.#ended || !this.#stream.writableNeedDrain) queueMicrotask(listener);
    else this.#stream.once("drain", listener);
  }

  receive(listener: (payload: Buffer) => void): void {
    this.#listener = listener;
    for (const payload of this.#early.splice(0)) listener(payload);
  }

  close(): void {
    this.release();
    // Ended, not destroyed: what was said last still has to go out. What comes in has no reader any more.
    this.#stream.resume();
    this.#stream.end();
  }

  /** Lets go of the stream and leaves it as it is, for somebody else. Bytes that came without being used are returned. */
  release(): Buffer {
    this.#fail(new Error("the connection was closed here"));
    this.#stream.pause();
    return this.#pending;
  }

  #take(chunk: Buffer): void {
    if (this.#ended) return;
    let bytes = this.#pending.byteLength === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    try {
      for (;;) {
        const size = this.#framing.size(bytes);
        if (size === undefined || bytes.byteLength < size) break;
        const payload = this.#framing.open(bytes.subarray(0, size));
        bytes = bytes.subarray(size);
        if (this.#listener === undefined) this.#early.push(Buffer.from(payload));
        else this.#listener(payload);
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
    this.#pending = Buffer.from(bytes);
  }

  #fail(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.off("data", this.#onData);
    this.#stream.off("end", this.#onGone);
    this.#stream.off("close", this.#onGone);
    this.#stream.off("error", this.#onGone);
    // An error that comes later has nobody to tell.
    this.#stream.on("error", () => {});
    this.#settleClosed(error);
  }
}

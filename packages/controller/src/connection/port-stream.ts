import { Duplex } from "node:stream";
import { CLIENT_IDENT } from "./greeting.ts";

/**
 * The port as a stream for an SSH library that believes it comes first: what the server has said already is played to it
 * again, and its own introduction, which has been made already, is swallowed. Ending this stream leaves the port open.
 */
export class PortStream extends Duplex {
  readonly #port: Duplex;
  #introduction: Buffer = Buffer.from(`${CLIENT_IDENT}\r\n`);

  readonly #onData = (chunk: Buffer): void => {
    if (!this.push(chunk)) this.#port.pause();
  };
  readonly #onEnd = (): void => {
    this.#letGo();
    this.push(null);
    // Nothing more can be said either.
    if (this.readableEnded) this.destroy();
    else this.once("end", () => this.destroy());
  };
  readonly #onError = (error: Error): void => {
    this.destroy(error);
  };

  constructor(port: Duplex, greeting: Buffer) {
    super({ highWaterMark: 1 << 20 });
    this.#port = port;
    this.push(greeting);
    port.on("data", this.#onData);
    port.on("end", this.#onEnd);
    port.on("close", this.#onEnd);
    port.on("error", this.#onError);
    port.resume();
  }

  override _read(): void {
    this.#port.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const skip = this.#matching(chunk);
    this.#introduction = this.#introduction.subarray(skip);
    if (skip === chunk.byteLength) done();
    else this.#port.write(chunk.subarray(skip), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#letGo();
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#letGo();
    done(error);
  }

  #letGo(): void {
    this.#port.off("data", this.#onData);
    this.#port.off("end", this.#onEnd);
    this.#port.off("close", this.#onEnd);
    this.#port.off("error", this.#onError);
  }

  #matching(chunk: Buffer): number {
    const size = Math.min(chunk.byteLength, this.#introduction.byteLength);
    if (chunk.subarray(0, size).equals(this.#introduction.subarray(0, size))) return size;
    throw new TypeError("the SSH library introduces itself by another name than it was given");
  }
}

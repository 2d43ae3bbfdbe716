import { Duplex } from "node:stream";

/** Two one-way ports as one stream: what is written goes into `input`, what is read came out of `output`. */
export class TwoPorts extends Duplex {
  readonly #input: Duplex;
  readonly #output: Duplex;

  constructor(input: Duplex, output: Duplex) {
    super();
    this.#input = input;
    this.#output = output;
    output.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) output.pause();
    });
    output.once("end", () => this.push(null));
    for (const port of [input, output]) {
      port.on("error", (error) => this.destroy(error));
      port.once("close", () => this.#onClose());
    }
    // Nobody speaks here, but an unread stream does not tell its end.
    input.resume();
  }

  override _read(): void {
    this.#output.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#input.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#input.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#input.destroy();
    this.#output.destroy();
    done(error);
  }

  /** What has come is still read to its end. */
  #onClose(): void {
    if (this.readableEnded || !this.#output.readableEnded) this.destroy();
    else this.once("end", () => this.destroy());
  }
}

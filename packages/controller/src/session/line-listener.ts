import { Writable } from "node:stream";

/** Where output goes of which only one line matters, the first. */
export class LineListener extends Writable {
  readonly heard: Promise<void>;
  readonly #line: string;
  readonly #settle: () => void;
  #said = "";

  constructor(line: string) {
    super();
    this.#line = `${line}\n`;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.heard = promise;
    this.#settle = resolve;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#said += chunk.toString("latin1");
    if (this.#said.startsWith(this.#line)) this.#settle();
    done();
  }
}

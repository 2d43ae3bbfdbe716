import { Writable } from "node:stream";
import { traceMoment } from "@winvm/runtime";
import { XchgError } from "../errors.ts";
import type { JobStart } from "./wait-for-started.ts";

/** Longer than any line that a runner begins with. */
const LONGEST_LINE = 256;

/**
 * The standard output of a runner that stood by: takes its first line, the word that the job has begun, and passes
 * everything behind it on, byte for byte and with backpressure. `target` is never ended.
 */
export class StandingOutput extends Writable {
  /**
   * The runner's first word.
   *
   * @throws XchgError `XCHG_STATUS_INVALID` when the output begins with something else, or ends before.
   */
  readonly started: Promise<JobStart>;
  readonly #nonce: string;
  readonly #target: Writable | undefined;
  readonly #settle: PromiseWithResolvers<JobStart>;
  #begun = false;
  #received = 0;
  #line: Buffer | undefined = Buffer.alloc(0);
  readonly #onTargetGone = (error?: Error): void =>
    void this.destroy(error ?? new Error("the stream for the command's output was closed"));

  constructor(nonce: string, target?: Writable) {
    super();
    this.#nonce = nonce;
    this.#target = target;
    this.#settle = Promise.withResolvers<JobStart>();
    this.started = this.#settle.promise;
    // Whoever asks is told.
    this.started.catch(() => {});
    target?.once("close", this.#onTargetGone);
    target?.once("error", this.#onTargetGone);
  }

  /** Bytes that have come so far, with the first line's. */
  get received(): number {
    return this.#received;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#received += chunk.byteLength;
    const rest =
      this.#line === undefined ? chunk : this.#takeLine(Buffer.concat([this.#line, chunk]));
    if (rest.byteLength > 0 && !this.#begun) {
      this.#begun = true;
      traceMoment(() => ({ group: "winvm", lane: "revival", name: "first byte of the output" }));
    }
    if (rest.byteLength === 0 || this.#target === undefined || this.#target.write(rest)) done();
    else this.#target.once("drain", done);
  }

  override _final(done: () => void): void {
    this.#release();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#release();
    done(error);
  }

  #takeLine(bytes: Buffer): Buffer {
    const end = bytes.indexOf(0x0a);
    if (end < 0 && bytes.byteLength < LONGEST_LINE) {
      this.#line = bytes;
      return Buffer.alloc(0);
    }
    this.#line = undefined;
    const line = bytes.toString("latin1", 0, Math.max(end, 0));
    const [, nonce, epoch] = /^nonce=(\S+) epoch=(\d+)$/.exec(line) ?? [];
    if (nonce === this.#nonce) this.#settle.resolve({ epoch: Number(epoch) });
    else this.#settle.reject(notStarted(`it began with ${JSON.stringify(line)}`));
    return bytes.subarray(end + 1);
  }

  #release(): void {
    this.#settle.reject(notStarted("it ended before its first word"));
    this.#target?.off("close", this.#onTargetGone);
    this.#target?.off("error", this.#onTargetGone);
  }
}

function notStarted(happened: string): XchgError {
  return new XchgError({
    code: "XCHG_STATUS_INVALID",
    asked: "hear from the guest's runner that it has the job",
    happened,
    hint: "make the state again: winvm suspend --rebuild",
  });
}

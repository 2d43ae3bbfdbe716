import { Writable } from "node:stream";

/** Longer than any record that a runner ends with. */
const LONGEST_RECORD = 1024;

/**
 * The standard error of a runner that stood by: takes out of it the record of how the command ended, and passes
 * everything else on, byte for byte and with backpressure. `target` is never ended.
 *
 * The record is one line behind a byte that no text has, RS (0x1e), written in one go. It need not be the last that
 * comes: what the command has left running may write on.
 */
export class LastWord extends Writable {
  /** Settles when the record has come; never, where none does. */
  readonly told: Promise<void>;
  readonly #tell: () => void;
  readonly #begin: Buffer;
  readonly #target: Writable | undefined;
  #held: Buffer = Buffer.alloc(0);
  #record: string | undefined;
  #received = 0;
  readonly #onTargetGone = (error?: Error): void =>
    void this.destroy(error ?? new Error("the stream for the command's errors was closed"));

  constructor(nonce: string, target?: Writable) {
    super();
    this.#begin = Buffer.from(`\x1enonce=${nonce}\t`, "latin1");
    this.#target = target;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.told = promise;
    this.#tell = resolve;
    target?.once("close", this.#onTargetGone);
    target?.once("error", this.#onTargetGone);
  }

  /** The record as `status/outcome` would have it, for `Exchange.readOutcome`; undefined where none has come. */
  get record(): string | undefined {
    return this.#record;
  }

  /** Bytes that have come so far, with the record's. */
  get received(): number {
    return this.#received;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#received += chunk.byteLength;
    const bytes = this.#held.byteLength === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const rest = this.#takeRecords(bytes);
    const kept = this.#heldFrom(rest);
    this.#held = rest.subarray(kept);
    this.#pass(rest.subarray(0, kept), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#pass(this.#held, (error) => {
      this.#release();
      done(error);
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#release();
    done(error);
  }

  #pass(bytes: Buffer, done: (error?: Error | null) => void): void {
    if (bytes.byteLength === 0 || this.#target === undefined || this.#target.write(bytes)) done();
    else this.#target.once("drain", done);
  }

  #takeRecords(bytes: Buffer): Buffer {
    const at = bytes.indexOf(this.#begin);
    const end = at < 0 ? -1 : bytes.indexOf(0x0a, at);
    if (end < 0 || end - at > LONGEST_RECORD) return bytes;
    this.#record = bytes.toString("latin1", at + 1, end + 1).replaceAll("\t", "\n");
    this.#tell();
    return this.#takeRecords(Buffer.concat([bytes.subarray(0, at), bytes.subarray(end + 1)]));
  }

  /** Where that begins of which more has to come before it can be told from a record. */
  #heldFrom(bytes: Buffer): number {
    const at = bytes.lastIndexOf(this.#begin[0] ?? 0);
    if (at < 0 || bytes.byteLength - at > LONGEST_RECORD) return bytes.byteLength;
    const tail = bytes.subarray(at);
    const length = Math.min(tail.byteLength, this.#begin.byteLength);
    const begun = tail.subarray(0, length).equals(this.#begin.subarray(0, length));
    return begun && !tail.includes(0x0a) ? at : bytes.byteLength;
  }

  #release(): void {
    this.#target?.off("close", this.#onTargetGone);
    this.#target?.off("error", this.#onTargetGone);
  }
}

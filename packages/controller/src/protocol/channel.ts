import { Duplex, Readable } from "node:stream";
import { MSG } from "./messages.ts";
import { packet, WireError } from "./wire.ts";
import type { WireReader, WireValue } from "./wire.ts";

/** How a remote command ended. */
export interface CommandExit {
  /** Exit code 0–255; null when a signal ended it. */
  readonly code: number | null;
  /** Name without SIG. */
  readonly signal?: string | undefined;
}

/** Bytes that the other side may send ahead. */
export const WINDOW: number = 2 * 1024 * 1024;
/** The largest piece of data in one packet, as OpenSSH has it. */
export const MAX_DATA: number = 32 * 1024;

/** An open channel between two of its packets, as numbers. */
export interface ChannelState {
  readonly local: number;
  readonly remote: number;
  /** Bytes that the other side still takes. */
  readonly window: number;
  /** The largest piece of data that the other side takes in one packet, in bytes. */
  readonly maxData: number;
  /** Bytes that have come, and for which the other side has not been given new room yet. */
  readonly consumed: number;
}

/** What a channel needs of the connection that it belongs to. */
export interface ChannelCarrier {
  send(payload: Uint8Array): boolean;
  drained(listener: () => void): void;
  forget(localId: number): void;
}

/**
 * One open channel (RFC 4254 §5): a duplex of its data with `stderr` beside it. Flow control goes both ways: what the
 * reader doesn't take isn't asked for, and a write is done when the other side has room for it.
 */
export class SshChannel extends Duplex {
  readonly localId: number;
  readonly stderr: Readable;
  /** Settles at the channel's end; undefined when the other side said no exit code. */
  readonly exited: Promise<CommandExit | undefined>;
  readonly #carrier: ChannelCarrier;
  readonly #remoteId: number;
  readonly #maxData: number;
  #awaitsDrain = false;
  readonly #settleExit: (exit: CommandExit | undefined) => void;
  #exit: CommandExit | undefined;
  #remoteWindow: number;
  #consumed: number;
  #waiting: { bytes: Buffer; done: (error?: Error | null) => void } | undefined;
  #replies: ((ok: boolean) => void)[] = [];
  #sentEof = false;
  #sentClose = false;
  #gotClose = false;

  constructor(carrier: ChannelCarrier, state: ChannelState) {
    // Both directions may have ended before the exit code has come: only the other side's close is the end.
    super({ allowHalfOpen: true, autoDestroy: false, highWaterMark: WINDOW / 2 });
    this.#carrier = carrier;
    this.localId = state.local;
    this.#remoteId = state.remote;
    this.#remoteWindow = state.window;
    // Pieces of no length would never come to an end.
    this.#maxData = Math.max(1, Math.min(state.maxData, MAX_DATA));
    this.#consumed = state.consumed;
    this.stderr = new Readable({ highWaterMark: WINDOW / 2, read: () => this.#grant() });
    // An end is told by `exited` and by what waits; it must not need a listener.
    this.on("error", () => {});
    this.stderr.on("error", () => {});
    const { promise, resolve } = Promise.withResolvers<CommandExit | undefined>();
    this.exited = promise;
    this.#settleExit = resolve;
  }

  /** What a channel is made of that goes on from here, when all that has come was read and all that was sent has arrived. */
  state(): ChannelState {
    return {
      local: this.localId,
      remote: this.#remoteId,
      window: this.#remoteWindow,
      maxData: this.#maxData,
      consumed: this.#consumed,
    };
  }

  /** Sends a channel request (RFC 4254 §5.4) and waits for the answer. */
  request(type: string, ...values: readonly WireValue[]): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#replies.push(resolve);
    this.#send({ byte: MSG.CHANNEL_REQUEST }, { string: type }, { boolean: true }, ...values);
    return promise;
  }

  /** Sends a channel request that asks for no answer. */
  notify(type: string, ...values: readonly WireValue[]): void {
    if (this.#sentClose) return;
    this.#send({ byte: MSG.CHANNEL_REQUEST }, { string: type }, { boolean: false }, ...values);
  }

  override _read(): void {
    this.#grant();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#waiting = { bytes: chunk, done };
    this.#push();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#sendEof();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#sendClose();
    if (!this.stderr.destroyed) this.stderr.destroy();
    this.#end();
    done(error);
  }

  /**
   * A packet for this channel; the number and the recipient are read already.
   *
   * @throws WireError where it can't be: that is the end of the connection.
   */
  handle(message: number, reader: WireReader): void {
    switch (message) {
      case MSG.CHANNEL_WINDOW_ADJUST:
        this.#remoteWindow += reader.uint32();
        this.#push();
        break;
      case MSG.CHANNEL_DATA:
        this.#deliver(this, reader.string());
        break;
      case MSG.CHANNEL_EXTENDED_DATA:
        reader.uint32();
        this.#deliver(this.stderr, reader.string());
        break;
      case MSG.CHANNEL_EOF:
        this.#endReading();
        break;
      case MSG.CHANNEL_CLOSE:
        this.#gotClose = true;
        this.#endReading();
        this.#sendClose();
        this.#end();
        if (this.readableEnded) this.destroy();
        else this.once("end", () => this.destroy());
        break;
      case MSG.CHANNEL_SUCCESS:
      case MSG.CHANNEL_FAILURE:
        this.#replies.shift()?.(message === MSG.CHANNEL_SUCCESS);
        break;
      case MSG.CHANNEL_REQUEST:
        this.#handleRequest(reader);
        break;
      default:
    }
  }

  #handleRequest(reader: WireReader): void {
    const type = reader.text();
    const wantsReply = reader.boolean();
    if (type === "exit-status") this.#exit = { code: reader.uint32() };
    else if (type === "exit-signal") this.#exit = { code: null, signal: reader.text() };
    // eow@openssh.com: nobody reads our data any more; the end of the command tells it too.
    if (wantsReply) this.#send({ byte: MSG.CHANNEL_FAILURE });
  }

  /** The carrier is gone. */
  lose(error: Error): void {
    this.#gotClose = true;
    this.#sentClose = true;
    this.destroy(error);
  }

  #deliver(stream: Readable, data: Buffer): void {
    // What was not granted has no bounds: a guest's sshd could have this process hold as much as it sends.
    if (this.#consumed + data.byteLength > WINDOW) {
      throw new WireError(`more data came for channel ${this.localId} than it takes`);
    }
    this.#consumed += data.byteLength;
    // The packet's buffer is reused below.
    if (!stream.destroyed) stream.push(Buffer.from(data));
    this.#grant();
  }

  /** Lets the other side send more once the readers have taken what is here. */
  #grant(): void {
    if (this.#sentClose || this.#consumed < WINDOW / 4) return;
    const held = this.readableLength + this.stderr.readableLength;
    if (held > WINDOW / 2) return;
    this.#send({ byte: MSG.CHANNEL_WINDOW_ADJUST }, { uint32: this.#consumed });
    this.#consumed = 0;
  }

  #push(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || this.#awaitsDrain) return;
    let { bytes } = waiting;
    let room = true;
    while (room && bytes.byteLength > 0 && this.#remoteWindow > 0 && !this.#sentClose) {
      const piece = bytes.subarray(0, Math.min(this.#maxData, this.#remoteWindow));
      bytes = bytes.subarray(piece.byteLength);
      this.#remoteWindow -= piece.byteLength;
      room = this.#send({ byte: MSG.CHANNEL_DATA }, { string: piece });
    }
    if (bytes.byteLength === 0 || this.#sentClose || this.#gotClose) {
      this.#waiting = undefined;
      waiting.done();
      return;
    }
    this.#waiting = { bytes, done: waiting.done };
    if (room) return;
    this.#awaitsDrain = true;
    this.#carrier.drained(() => {
      this.#awaitsDrain = false;
      this.#push();
    });
  }

  #send(first: WireValue, ...rest: readonly WireValue[]): boolean {
    return this.#carrier.send(packet(first, { uint32: this.#remoteId }, ...rest));
  }

  #sendEof(): void {
    if (this.#sentEof || this.#sentClose) return;
    this.#sentEof = true;
    this.#send({ byte: MSG.CHANNEL_EOF });
  }

  #sendClose(): void {
    if (this.#sentClose) return;
    this.#sentClose = true;
    this.#send({ byte: MSG.CHANNEL_CLOSE });
  }

  #endReading(): void {
    if (!this.destroyed && !this.readableEnded) this.push(null);
    if (!this.stderr.destroyed && !this.stderr.readableEnded) this.stderr.push(null);
  }

  #end(): void {
    for (const reply of this.#replies.splice(0)) reply(false);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.done();
    this.#settleExit(this.#exit);
    if (this.#gotClose) this.#carrier.forget(this.localId);
  }
}

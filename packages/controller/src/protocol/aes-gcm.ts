import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Framing } from "./framed.ts";
import { WireError } from "./wire.ts";

const BLOCK = 16;
const TAG = 16;
/** OpenSSH's own limit (packet.c, PACKET_MAX_SIZE). */
const MAX_PACKET = 256 * 1024;

/** One direction's key and the 12 bytes of the next nonce: all that has to be known to go on. */
export interface DirectionState {
  readonly key: Buffer;
  readonly iv: Buffer;
}

/** aes128-gcm@openssh.com (PROTOCOL of OpenSSH, RFC 5647): the length in the clear, authenticated with the rest. */
export class AesGcmFraming implements Framing {
  #out: DirectionState;
  #in: DirectionState;

  constructor(out: DirectionState, incoming: DirectionState) {
    this.#out = { key: out.key, iv: Buffer.from(out.iv) };
    this.#in = { key: incoming.key, iv: Buffer.from(incoming.iv) };
  }

  /** Seals all that follows with other keys. */
  give(out: DirectionState): void {
    this.#out = { key: out.key, iv: Buffer.from(out.iv) };
  }

  /** Opens all that follows with other keys. */
  take(incoming: DirectionState): void {
    this.#in = { key: incoming.key, iv: Buffer.from(incoming.iv) };
  }

  /** A copy of both directions as they stand now. */
  state(): { readonly out: DirectionState; readonly in: DirectionState } {
    return {
      out: { key: this.#out.key, iv: Buffer.from(this.#out.iv) },
      in: { key: this.#in.key, iv: Buffer.from(this.#in.iv) },
    };
  }

  size(bytes: Buffer): number | undefined {
    if (bytes.byteLength < 4) return undefined;
    const length = bytes.readUInt32BE();
    if (length < BLOCK || length > MAX_PACKET || length % BLOCK !== 0)
      throw new WireError(`a packet of ${length} bytes can't be`);
    return 4 + length + TAG;
  }

  open(frame: Buffer): Buffer {
    const decipher = createDecipheriv("aes-128-gcm", this.#in.key, this.#in.iv);
    decipher.setAAD(frame.subarray(0, 4));
    decipher.setAuthTag(frame.subarray(frame.byteLength - TAG));
    const plain = decipher.update(frame.subarray(4, frame.byteLength - TAG));
    decipher.final();
    increment(this.#in.iv);
    const padding = plain.readUInt8();
    if (padding + 1 >= plain.byteLength) throw new WireError("a packet of nothing but padding");
    return plain.subarray(1, plain.byteLength - padding);
  }

  seal(payload: Uint8Array): Buffer {
    let padding = BLOCK - ((1 + payload.byteLength) % BLOCK);
    if (padding < 4) padding += BLOCK;
    const length = 1 + payload.byteLength + padding;
    const frame = Buffer.alloc(4 + length + TAG);
    frame.writeUInt32BE(length);
    // What is padded with makes no difference under an authenticated cipher.
    const plain = Buffer.alloc(length);
    plain.writeUInt8(padding);
    plain.set(payload, 1);
    const cipher = createCipheriv("aes-128-gcm", this.#out.key, this.#out.iv);
    cipher.setAAD(frame.subarray(0, 4));
    frame.set(cipher.update(plain), 4);
    cipher.final();
    frame.set(cipher.getAuthTag(), 4 + length);
    increment(this.#out.iv);
    return frame;
  }
}

/** The last eight bytes of the nonce count the packets. */
function increment(iv: Buffer): void {
  iv.writeBigUInt64BE(BigInt.asUintN(64, iv.readBigUInt64BE(4) + 1n), 4);
}

/** Packets before there are keys (RFC 4253 §6). */
export const plainFraming: Framing = {
  size(bytes) {
    if (bytes.byteLength < 4) return undefined;
    const length = bytes.readUInt32BE();
    if (length < 5 || length > MAX_PACKET)
      throw new WireError(`a packet of ${length} bytes can't be`);
    return 4 + length;
  },
  open(frame) {
    const padding = frame.readUInt8(4);
    if (padding + 5 >= frame.byteLength) throw new WireError("a packet of nothing but padding");
    return frame.subarray(5, frame.byteLength - padding);
  },
  seal(payload) {
    let padding = 8 - ((5 + payload.byteLength) % 8);
    if (padding < 4) padding += 8;
    const frame = Buffer.alloc(5 + payload.byteLength + padding);
    frame.writeUInt32BE(frame.byteLength - 4);
    frame.writeUInt8(padding, 4);
    frame.set(payload, 5);
    return frame;
  },
};

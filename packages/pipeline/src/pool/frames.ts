/** What a frame carries: an object as JSON, or a piece of one of the command's streams. */
export type FrameKind = "message" | "stdin" | "stdout" | "stderr";

/** A piece of the talk between a run and a pool. */
export interface Frame {
  readonly kind: FrameKind;
  readonly payload: Uint8Array;
}

const kinds: readonly FrameKind[] = ["message", "stdin", "stdout", "stderr"];
/** Kind (one byte), length of the payload (32 bits, big-endian). */
const headBytes = 5;
/** More in one piece is not of ours. */
const longestPayload = 64 * 2 ** 20;

/** The bytes of a frame. Pure. */
export function encodeFrame({ kind, payload }: Frame): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(kinds.indexOf(kind), 0);
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
}

/** Cuts bytes, however they come, into frames. */
export class FrameReader {
  #pending = Buffer.alloc(0);

  /** @throws TypeError for what is no frame. */
  push(bytes: Uint8Array): Frame[] {
    this.#pending =
      this.#pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#pending, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      if (this.#pending.length < headBytes) return frames;
      const kind = kinds[this.#pending.readUInt8(0)];
      const length = this.#pending.readUInt32BE(1);
      if (kind === undefined || length > longestPayload)
        throw new TypeError("these bytes are no frame");
      if (this.#pending.length < headBytes + length) return frames;
      frames.push({ kind, payload: this.#pending.subarray(headBytes, headBytes + length) });
      this.#pending = this.#pending.subarray(headBytes + length);
    }
  }
}

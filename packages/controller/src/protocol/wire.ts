/** Raised by {@link WireReader} on a packet that ends too early; never leaves this package as it is. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** Reads the data types of RFC 4251 §5 out of a packet. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.byteLength - this.#at;
  }

  byte(): number {
    return this.#take(1).readUInt8();
  }

  boolean(): boolean {
    return this.byte() !== 0;
  }

  uint32(): number {
    return this.#take(4).readUInt32BE();
  }

  /** A string's bytes: a view, not a copy. */
  string(): Buffer {
    return this.#take(this.uint32());
  }

  text(): string {
    return this.string().toString("utf8");
  }

  bytes(count: number): Buffer {
    return this.#take(count);
  }

  #take(count: number): Buffer {
    if (count > this.left) throw new WireError(`${count} bytes wanted, ${this.left} left`);
    const start = this.#at;
    this.#at += count;
    return this.#bytes.subarray(start, this.#at);
  }
}

/** One value for {@link packet}, by the data types of RFC 4251 §5. */
export type WireValue =
  | { readonly byte: number }
  | { readonly uint32: number }
  | { readonly boolean: boolean }
  | { readonly string: string | Uint8Array }
  | { readonly raw: Uint8Array };

/** Pure: values, one after the other, as bytes. */
export function packet(...values: readonly WireValue[]): Buffer {
  return Buffer.concat(values.map(encode));
}

function encode(value: WireValue): Uint8Array {
  if ("byte" in value) return Buffer.from([value.byte]);
  if ("boolean" in value) return Buffer.from([value.boolean ? 1 : 0]);
  if ("uint32" in value) return uint32(value.uint32);
  if ("raw" in value) return value.raw;
  const bytes = Buffer.from(value.string as string);
  return Buffer.concat([uint32(bytes.byteLength), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

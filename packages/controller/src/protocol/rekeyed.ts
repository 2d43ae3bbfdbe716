import type { AesGcmFraming } from "./aes-gcm.ts";
import type { FramedTransport } from "./framed.ts";
import { beginExchange, type Idents, type KeyExchange, type NewKeys } from "./key-exchange.ts";
import { MSG } from "./messages.ts";
import type { PacketTransport } from "./transport.ts";
import { packet, WireError } from "./wire.ts";

/** What an exchange of keys in the middle of a connection needs of its beginning. */
export interface Beginning {
  readonly idents: Idents;
  readonly sessionId: Buffer;
}

/**
 * A transport whose keys are exchanged whenever the server asks for it (RFC 4253 §9): OpenSSH's does after 64 GiB, and says
 * nothing more until that is done. What is to be sent meanwhile waits.
 */
export class RekeyedTransport implements PacketTransport {
  readonly closed: Promise<Error>;
  readonly #inner: FramedTransport;
  readonly #framing: AesGcmFraming;
  readonly #beginning: Beginning | undefined;
  #exchange: { readonly kex: KeyExchange; readonly theirInit: Buffer } | undefined;
  #fresh: NewKeys | undefined;
  #waiting: Buffer[] = [];
  #drained: (() => void)[] = [];

  /** `beginning` is not known of a session that an earlier version has frozen; its keys can't be exchanged. */
  constructor(inner: FramedTransport, framing: AesGcmFraming, beginning: Beginning | undefined) {
    this.#inner = inner;
    this.#framing = framing;
    this.#beginning = beginning;
    this.closed = inner.closed;
  }

  send(payload: Uint8Array): boolean {
    if (this.#exchange === undefined) return this.#inner.send(payload);
    this.#waiting.push(Buffer.from(payload));
    return false;
  }

  drained(listener: () => void): void {
    if (this.#exchange === undefined) this.#inner.drained(listener);
    else this.#drained.push(listener);
  }

  receive(listener: (payload: Buffer) => void): void {
    this.#inner.receive((payload) => {
      const message = payload[0] ?? 0;
      if (message === MSG.KEXINIT) this.#begin(Buffer.from(payload));
      else if (message === MSG.KEX_ECDH_REPLY) this.#finish(payload);
      else if (message === MSG.NEWKEYS) this.#takeKeys();
      else listener(payload);
    });
  }

  close(): void {
    this.#inner.close();
  }

  #begin(theirInit: Buffer): void {
    if (this.#beginning === undefined) {
      throw new WireError("it wants new keys, which a session of an older state can't give it");
    }
    const kex = beginExchange();
    for (const message of kex.opening) this.#inner.send(message);
    this.#exchange = { kex, theirInit };
  }

  #finish(reply: Buffer): void {
    const [exchange, beginning] = [this.#exchange, this.#beginning];
    if (exchange === undefined || beginning === undefined)
      throw new WireError("an answer came to an exchange of keys that was not asked for");
    const { kex, theirInit } = exchange;
    this.#fresh = kex.finish(beginning.idents, theirInit, reply, beginning.sessionId);
    this.#inner.send(packet({ byte: MSG.NEWKEYS }));
    this.#framing.give(this.#fresh.out);
    this.#exchange = undefined;
    for (const payload of this.#waiting.splice(0)) this.#inner.send(payload);
    for (const listener of this.#drained.splice(0)) this.#inner.drained(listener);
  }

  #takeKeys(): void {
    if (this.#fresh === undefined) throw new WireError("keys came that nobody asked for");
    this.#framing.take(this.#fresh.in);
    this.#fresh = undefined;
  }
}

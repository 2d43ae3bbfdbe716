import { traced } from "@winvm/runtime";
import { ControllerError } from "../errors.ts";
import { MAX_DATA, SshChannel, WINDOW } from "./channel.ts";
import type { ChannelState } from "./channel.ts";
import { MSG } from "./messages.ts";
import type { PacketTransport } from "./transport.ts";
import { packet, WireReader } from "./wire.ts";
import type { WireValue } from "./wire.ts";

interface Opening {
  readonly asked: string;
  readonly resolve: (channel: SshChannel) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The client's side of the SSH connection protocol (RFC 4254) over any carrier of packets: opens channels, and refuses
 * what the other side would open.
 */
export class SshConnection {
  readonly #transport: PacketTransport;
  readonly #channels = new Map<number, SshChannel>();
  readonly #opening = new Map<number, Opening>();
  readonly #pings: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  #nextId: number;
  #lost: Error | undefined;

  /** Settles when the carrier is gone. */
  readonly closed: Promise<Error>;

  /**
   * `lost` words the carrier's end for everybody who waits for something; `nextId` is the number of the first channel
   * that is opened.
   */
  constructor(transport: PacketTransport, lost: (cause: Error) => Error, nextId = 0) {
    this.#transport = transport;
    this.#nextId = nextId;
    this.closed = transport.closed.then(lost);
    transport.receive((payload) => this.#handle(payload));
    void this.closed.then((error) => this.#lose(error));
  }

  /** Open channels and channels that are being opened. */
  get channelCount(): number {
    return this.#channels.size + this.#opening.size;
  }

  /** The number that the next channel will have. */
  get nextId(): number {
    return this.#nextId;
  }

  /**
   * Opens a channel.
   *
   * @throws {ControllerError} `CONTROLLER_COMMAND_FAILED` when the other side refuses, or the carrier's own error.
   */
  open(type: string, ...values: readonly WireValue[]): Promise<SshChannel> {
    const { promise, resolve, reject } = Promise.withResolvers<SshChannel>();
    if (this.#lost !== undefined) {
      reject(this.#lost);
      return promise;
    }
    const id = this.#nextId;
    this.#nextId += 1;
    this.#opening.set(id, { asked: `open an SSH channel (${type})`, resolve, reject });
    this.#transport.send(
      packet(
        { byte: MSG.CHANNEL_OPEN },
        { string: type },
        { uint32: id },
        { uint32: WINDOW },
        { uint32: MAX_DATA },
        ...values,
      ),
    );
    return traced(
      () => ({ group: "controller", lane: "channels", name: `open ${type}` }),
      () => promise,
    );
  }

  /** Goes on with a channel that was open when {@link SshChannel.state} was asked for. */
  adopt(state: ChannelState): SshChannel {
    const channel = new SshChannel(
      {
        send: (payload) => this.#lost === undefined && this.#transport.send(payload),
        drained: (listener) => this.#transport.drained(listener),
        forget: (id) => this.#channels.delete(id),
      },
      state,
    );
    this.#channels.set(state.local, channel);
    return channel;
  }

  /** Asks the other side for a sign of life: when it has answered, all that it said before has arrived. */
  ping(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#lost !== undefined) reject(this.#lost);
    else {
      this.#pings.push({ resolve, reject });
      const request = [{ byte: MSG.GLOBAL_REQUEST }, { string: "keepalive@openssh.com" }] as const;
      this.#transport.send(packet(...request, { boolean: true }));
    }
    return promise;
  }

  close(): void {
    this.#transport.close();
  }

  #handle(payload: Buffer): void {
    const reader = new WireReader(payload);
    const message = reader.byte();
    switch (message) {
      case MSG.GLOBAL_REQUEST:
        reader.text();
        if (reader.boolean()) this.#transport.send(packet({ byte: MSG.REQUEST_FAILURE }));
        return;
      case MSG.REQUEST_SUCCESS:
      case MSG.REQUEST_FAILURE:
        this.#pings.shift()?.resolve();
        return;
      case MSG.CHANNEL_OPEN: {
        reader.text();
        const sender = reader.uint32();
        // 1 = administratively prohibited
        const refusal = [
          { uint32: sender },
          { uint32: 1 },
          { string: "" },
          { string: "" },
        ] as const;
        this.#transport.send(packet({ byte: MSG.CHANNEL_OPEN_FAILURE }, ...refusal));
        return;
      }
      case MSG.CHANNEL_OPEN_CONFIRMATION:
        this.#confirm(reader);
        return;
      case MSG.CHANNEL_OPEN_FAILURE:
        this.#refuse(reader);
        return;
      default:
    }
    if (message < MSG.CHANNEL_WINDOW_ADJUST || message > MSG.CHANNEL_FAILURE) return;
    this.#channels.get(reader.uint32())?.handle(message, reader);
  }

  #confirm(reader: WireReader): void {
    const local = reader.uint32();
    const opening = this.#opening.get(local);
    this.#opening.delete(local);
    const remote = reader.uint32();
    const limits = { window: reader.uint32(), maxData: reader.uint32() };
    const channel = this.adopt({ local, remote, ...limits, consumed: 0 });
    opening?.resolve(channel);
  }

  #refuse(reader: WireReader): void {
    const local = reader.uint32();
    const opening = this.#opening.get(local);
    this.#opening.delete(local);
    const reason = reader.uint32();
    const text = reader.text();
    opening?.reject(
      new ControllerError({
        code: "CONTROLLER_COMMAND_FAILED",
        asked: opening.asked,
        happened: `the other side refused: ${text || `reason ${reason}`}`,
        data: { reason },
      }),
    );
  }

  #lose(error: Error): void {
    this.#lost = error;
    for (const { reject } of this.#opening.values()) reject(error);
    this.#opening.clear();
    for (const { reject } of this.#pings.splice(0)) reject(error);
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) channel.lose(error);
  }
}

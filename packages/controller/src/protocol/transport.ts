/**
 * Something that carries SSH packets (message number first) both ways, in order: an encrypted SSH transport, or an ssh
 * master's socket in proxy mode.
 */
export interface PacketTransport {
  /** Sends one packet; false when the sender should wait for {@link drained}. */
  send(payload: Uint8Array): boolean;
  /** Calls back once as soon as more may be sent. */
  drained(listener: () => void): void;
  /** Sets who gets the packets; packets that came before wait for it. */
  receive(listener: (payload: Buffer) => void): void;
  /** Settles with the reason when the carrier is gone. */
  readonly closed: Promise<Error>;
  /** Ends the carrier. */
  close(): void;
}

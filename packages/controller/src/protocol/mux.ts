import type { Duplex } from "node:stream";
import { ControllerError } from "../errors.ts";
import { FramedTransport } from "./framed.ts";
import type { Framing } from "./framed.ts";
import { packet, WireError, WireReader } from "./wire.ts";

// PROTOCOL.mux of OpenSSH.
const MUX_MSG_HELLO = 0x00000001;
const MUX_VERSION = 4;
const MUX_C_ALIVE_CHECK = 0x10000004;
const MUX_C_PROXY = 0x1000000f;
const MUX_S_ALIVE = 0x80000005;
const MUX_S_PROXY = 0x8000000f;
const MAX_MESSAGE = 256 * 1024;

/** A length, then the message. */
const messageFraming: Framing = {
  size: lengthPrefixed,
  open: (frame) => frame.subarray(4),
  seal: (payload) => packet({ string: payload }),
};

/** In proxy mode the messages are SSH packets with a padding length of 0 and no padding. */
const proxyFraming: Framing = {
  size: lengthPrefixed,
  open(frame) {
    if (frame.byteLength < 6) throw new WireError("a packet without a number");
    return frame.subarray(5);
  },
  seal: (payload) => packet({ uint32: payload.byteLength + 1 }, { byte: 0 }, { raw: payload }),
};

function lengthPrefixed(bytes: Buffer): number | undefined {
  if (bytes.byteLength < 4) return undefined;
  const length = bytes.readUInt32BE();
  if (length > MAX_MESSAGE) throw new WireError(`a message of ${length} bytes can't be`);
  return 4 + length;
}

/**
 * Makes an ssh master's control socket carry SSH packets to the master's server (`ssh -O proxy`): channels through the
 * master's connection, without starting an ssh process and without encrypting anything twice.
 *
 * @throws {ControllerError} `CONTROLLER_GUEST_LOST` when the master is gone or refuses.
 */
export async function muxProxy(socket: Duplex): Promise<FramedTransport> {
  const { reply, rest } = await converse(socket, MUX_C_PROXY);
  if (reply !== MUX_S_PROXY) throw lost(`the ssh master answered ${reply.toString(16)}`);
  return new FramedTransport(socket, proxyFraming, rest);
}

/** Goes on with a socket that {@link muxProxy} has made carry packets. */
export function resumeProxy(socket: Duplex): FramedTransport {
  return new FramedTransport(socket, proxyFraming);
}

/** Asks an ssh master whether it is there (`ssh -O check`). */
export async function muxAlive(socket: Duplex): Promise<boolean> {
  try {
    return (await converse(socket, MUX_C_ALIVE_CHECK)).reply === MUX_S_ALIVE;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function converse(socket: Duplex, command: number): Promise<{ reply: number; rest: Buffer }> {
  const transport = new FramedTransport(socket, messageFraming);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  void transport.closed.then((error) => reject(lost(error.message, error)));
  transport.receive((message) => {
    const reader = new WireReader(message);
    const type = reader.uint32();
    // Hello comes first; it may bring extensions that are no business of ours.
    if (type !== MUX_MSG_HELLO) resolve(type);
  });
  transport.send(packet({ uint32: MUX_MSG_HELLO }, { uint32: MUX_VERSION }));
  transport.send(packet({ uint32: command }, { uint32: 0 }));
  const reply = await promise;
  return { reply, rest: transport.release() };
}

/** The end of the way into the guest as an error. */
export function guestLost(cause: Error): ControllerError {
  return lost(cause.message, cause);
}

function lost(happened: string, cause?: unknown): ControllerError {
  return new ControllerError({
    code: "CONTROLLER_GUEST_LOST",
    asked: "speak through the SSH connection to the guest",
    happened,
    cause,
  });
}

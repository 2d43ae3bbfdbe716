import type { Duplex } from "node:stream";
import { ControllerError } from "../errors.ts";
import type { AgentKey } from "./agent.ts";
import { AesGcmFraming, plainFraming } from "./aes-gcm.ts";
import { FramedTransport } from "./framed.ts";
import { beginExchange, type NewKeys } from "./key-exchange.ts";
import { MSG } from "./messages.ts";
import type { Beginning } from "./rekeyed.ts";
import { packet, WireReader } from "./wire.ts";

/** What a server has said before anything was asked of it. */
export interface ServerGreeting {
  /** Its identification without the end of line: `SSH-2.0-OpenSSH_…`. */
  readonly ident: string;
  /** Its KEXINIT, from the message's number on. */
  readonly kexInit: Buffer;
}

/** A session after the login, before any channel. */
export interface LoggedIn {
  readonly transport: FramedTransport;
  readonly framing: AesGcmFraming;
  readonly beginning: Beginning;
}

/**
 * An SSH login (RFC 4253, 4252, 8731) with the one set of algorithms that the controller's sshd speaks, whose keys can
 * be taken along afterwards; ssh2 keeps its own to itself. The server's greeting has been read, our identification has
 * been sent.
 */
export async function login(
  stream: Duplex,
  clientIdent: string,
  greeting: ServerGreeting,
  user: string,
  key: AgentKey,
): Promise<LoggedIn> {
  const plain = new FramedTransport(stream, plainFraming);
  const exchange = beginExchange();
  for (const message of exchange.opening) plain.send(message);
  const inbox = packets(plain);
  const reply = await inbox.expect(MSG.KEX_ECDH_REPLY);
  const idents = { client: clientIdent, server: greeting.ident };
  const keys = newKeys(() => exchange.finish(idents, greeting.kexInit, reply));
  await inbox.expect(MSG.NEWKEYS);
  plain.send(packet({ byte: MSG.NEWKEYS }));
  const framing = new AesGcmFraming(keys.out, keys.in);
  const transport = new FramedTransport(stream, framing, plain.release());
  await authenticate(transport, keys.hash, user, key);
  return { transport, framing, beginning: { idents, sessionId: keys.hash } };
}

function newKeys(finish: () => NewKeys): NewKeys {
  try {
    return finish();
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error), error);
  }
}

async function authenticate(
  transport: FramedTransport,
  sessionId: Buffer,
  user: string,
  key: AgentKey,
): Promise<void> {
  const inbox = packets(transport);
  transport.send(packet({ byte: MSG.SERVICE_REQUEST }, { string: "ssh-userauth" }));
  await inbox.expect(MSG.SERVICE_ACCEPT);
  const request = packet(
    { byte: MSG.USERAUTH_REQUEST },
    { string: user },
    { string: "ssh-connection" },
    { string: "publickey" },
    { boolean: true },
    { string: key.algorithm },
    { string: key.publicKey },
  );
  const signature = key.sign(packet({ string: sessionId }, { raw: request }));
  const proof = packet({ string: key.algorithm }, { string: signature });
  transport.send(packet({ raw: request }, { string: proof }));
  await inbox.expect(MSG.USERAUTH_SUCCESS);
  inbox.stop();
}

/** Waits for messages one by one; what the protocol allows in between is passed over. */
function packets(transport: FramedTransport): {
  expect(message: number): Promise<Buffer>;
  stop(): void;
} {
  const queue: Buffer[] = [];
  let wake: (() => void) | undefined;
  let stopped = false;
  let gone: Error | undefined;
  const onGone = (error: Error): void => {
    gone = error;
    wake?.();
  };
  void transport.closed.then(onGone);
  transport.receive((payload) => {
    const passing = [MSG.IGNORE, MSG.DEBUG, MSG.EXT_INFO, MSG.USERAUTH_BANNER] as readonly number[];
    if (stopped || passing.includes(payload[0] ?? 0)) return;
    queue.push(Buffer.from(payload));
    wake?.();
  });
  return {
    async expect(message) {
      while (queue.length === 0) {
        if (gone !== undefined) throw refused(gone.message, gone);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const payload = queue.shift() ?? Buffer.alloc(1);
      if (payload[0] === message) return payload;
      if (payload[0] === MSG.USERAUTH_FAILURE) throw refused("it doesn't accept the key");
      if (payload[0] === MSG.DISCONNECT) {
        const reader = new WireReader(payload.subarray(5));
        throw refused(`it disconnected: ${reader.text()}`);
      }
      throw refused(`message ${payload[0]} came instead of ${message}`);
    },
    stop() {
      stopped = true;
    },
  };
}

function refused(happened: string, cause?: unknown): ControllerError {
  return new ControllerError({
    code: "CONTROLLER_CONNECT_FAILED",
    asked: "log in to the controller's sshd",
    happened,
    cause,
  });
}

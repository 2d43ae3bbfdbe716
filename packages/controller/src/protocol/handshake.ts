import {
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  verify,
} from "node:crypto";
import type { Duplex } from "node:stream";
import { ControllerError } from "../errors.ts";
import type { AgentKey } from "./agent.ts";
import { AesGcmFraming, plainFraming } from "./aes-gcm.ts";
import { FramedTransport } from "./framed.ts";
import { MSG } from "./messages.ts";
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
}

// The controller's sshd_config allows exactly these.
const ALGORITHMS = [
  "curve25519-sha256",
  "ssh-ed25519",
  "aes128-gcm@openssh.com",
  "aes128-gcm@openssh.com",
  "hmac-sha2-256",
  "hmac-sha2-256",
  "none",
  "none",
  "",
  "",
];
const X25519_DER = Buffer.from("302a300506032b656e032100", "hex");
const ED25519_DER = Buffer.from("302a300506032b6570032100", "hex");

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
  const kexInit = packet(
    { byte: MSG.KEXINIT },
    { raw: randomBytes(16) },
    ...ALGORITHMS.map((string) => ({ string })),
    { boolean: false },
    { uint32: 0 },
  );
  const ephemeral = generateKeyPairSync("x25519");
  const ours = ephemeral.publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  plain.send(kexInit);
  plain.send(packet({ byte: MSG.KEX_ECDH_INIT }, { string: ours }));
  const inbox = packets(plain);
  const reply = new WireReader((await inbox.expect(MSG.KEX_ECDH_REPLY)).subarray(1));
  const hostKey = reply.string();
  const theirs = reply.string();
  const signature = reply.string();
  const secret = mpint(
    diffieHellman({ privateKey: ephemeral.privateKey, publicKey: publicKey(X25519_DER, theirs) }),
  );
  const hash = sha256(
    packet(
      { string: clientIdent },
      { string: greeting.ident },
      { string: kexInit },
      { string: greeting.kexInit },
      { string: hostKey },
      { string: ours },
      { string: theirs },
      { raw: secret },
    ),
  );
  checkSignature(hostKey, hash, signature);
  await inbox.expect(MSG.NEWKEYS);
  plain.send(packet({ byte: MSG.NEWKEYS }));
  const derive = (letter: string, size: number): Buffer =>
    sha256(Buffer.concat([secret, hash, Buffer.from(letter), hash])).subarray(0, size);
  const framing = new AesGcmFraming(
    { key: derive("C", 16), iv: derive("A", 12) },
    { key: derive("D", 16), iv: derive("B", 12) },
  );
  const transport = new FramedTransport(stream, framing, plain.release());
  await authenticate(transport, hash, user, key);
  return { transport, framing };
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

function checkSignature(hostKey: Buffer, hash: Buffer, signature: Buffer): void {
  const key = new WireReader(hostKey);
  const proof = new WireReader(signature);
  const good =
    key.text() === "ssh-ed25519" &&
    proof.text() === "ssh-ed25519" &&
    verify(null, hash, publicKey(ED25519_DER, key.string()), proof.string());
  if (!good) throw refused("the signature of its host key is wrong");
}

function publicKey(prefix: Buffer, raw: Buffer): ReturnType<typeof createPublicKey> {
  return createPublicKey({ key: Buffer.concat([prefix, raw]), format: "der", type: "spki" });
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** An unsigned big-endian number as RFC 4251's mpint. */
export function mpint(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.byteLength && bytes[start] === 0) start += 1;
  const digits = bytes.subarray(start);
  const sign = (digits[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0);
  return packet({ string: Buffer.concat([sign, digits]) });
}

function refused(happened: string, cause?: unknown): ControllerError {
  return new ControllerError({
    code: "CONTROLLER_CONNECT_FAILED",
    asked: "log in to the controller's sshd",
    happened,
    cause,
  });
}

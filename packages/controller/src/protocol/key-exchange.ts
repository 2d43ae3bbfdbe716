import {
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  verify,
} from "node:crypto";
import type { DirectionState } from "./aes-gcm.ts";
import { MSG } from "./messages.ts";
import { packet, WireError, WireReader } from "./wire.ts";

/** What both sides have said of themselves, on which all exchanges of a connection depend. */
export interface Idents {
  /** Without the end of line: `SSH-2.0-OpenSSH_…`. */
  readonly client: string;
  readonly server: string;
}

/** What a key exchange gives. */
export interface NewKeys {
  /** The first of a connection is its session's id for good. */
  readonly hash: Buffer;
  readonly out: DirectionState;
  readonly in: DirectionState;
}

/** A key exchange (RFC 4253 §7, 8731) whose first words are known. */
export interface KeyExchange {
  /** Our messages, in order. */
  readonly opening: readonly Buffer[];
  /**
   * The keys, from the server's KEXINIT and its answer.
   *
   * @param sessionId of an exchange that is not the connection's first
   * @throws WireError where the server has not proven to have its key.
   */
  finish(idents: Idents, kexInit: Buffer, reply: Buffer, sessionId?: Buffer): NewKeys;
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

/** Begins an exchange with the one set of algorithms that the controller's sshd speaks. */
export function beginExchange(): KeyExchange {
  const ourInit = packet(
    { byte: MSG.KEXINIT },
    { raw: randomBytes(16) },
    ...ALGORITHMS.map((string) => ({ string })),
    { boolean: false },
    { uint32: 0 },
  );
  const ephemeral = generateKeyPairSync("x25519");
  const ours = ephemeral.publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  return {
    opening: [ourInit, packet({ byte: MSG.KEX_ECDH_INIT }, { string: ours })],
    finish(idents, kexInit, reply, sessionId) {
      const reader = new WireReader(reply.subarray(1));
      const hostKey = reader.string();
      const theirs = reader.string();
      const signature = reader.string();
      const secret = mpint(
        diffieHellman({
          privateKey: ephemeral.privateKey,
          publicKey: publicKey(X25519_DER, theirs),
        }),
      );
      const hash = sha256(
        packet(
          { string: idents.client },
          { string: idents.server },
          { string: ourInit },
          { string: kexInit },
          { string: hostKey },
          { string: ours },
          { string: theirs },
          { raw: secret },
        ),
      );
      checkSignature(hostKey, hash, signature);
      const derive = (letter: string, size: number): Buffer =>
        sha256(Buffer.concat([secret, hash, Buffer.from(letter), sessionId ?? hash])).subarray(
          0,
          size,
        );
      return {
        hash,
        out: { key: derive("C", 16), iv: derive("A", 12) },
        in: { key: derive("D", 16), iv: derive("B", 12) },
      };
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
  if (!good) throw new WireError("the signature of its host key is wrong");
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

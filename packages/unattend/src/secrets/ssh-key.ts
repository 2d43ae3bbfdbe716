import { generateKeyPairSync, randomBytes } from "node:crypto";

/** A key pair for one guest image. */
export interface SshKeyPair {
  /** OpenSSH's own PEM format (`openssh-key-v1`), not encrypted: keep it in a file of mode 0600. */
  readonly privateKey: string;
  /** One line for `authorized_keys`, without a line end: `ssh-ed25519 AAAA… comment`. */
  readonly publicKey: string;
}

const algorithm = "ssh-ed25519";
// The private section is padded to the cipher's block size, which is 8 for no cipher (OpenSSH, PROTOCOL.key).
const blockSize = 8;

/**
 * A new Ed25519 key pair.
 *
 * @param comment Ends the public key's line; line breaks in it become spaces.
 */
export function createSshKeyPair(comment: string): SshKeyPair {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const publicBytes = Buffer.from(jwk.x ?? "", "base64url");
  const seed = Buffer.from(jwk.d ?? "", "base64url");
  const line = comment.replaceAll(/[\r\n]+/g, " ");
  const publicBlob = Buffer.concat([wireString(algorithm), wireString(publicBytes)]);
  const check = randomBytes(4);
  const section = Buffer.concat([
    check,
    check,
    publicBlob,
    wireString(Buffer.concat([seed, publicBytes])),
    wireString(line),
  ]);
  const key = Buffer.concat([
    Buffer.from("openssh-key-v1\0", "latin1"),
    wireString("none"), // cipher
    wireString("none"), // key derivation
    wireString(""), // its options
    wireNumber(1), // number of keys
    wireString(publicBlob),
    wireString(Buffer.concat([section, padding(section.length)])),
  ]);
  return {
    privateKey: pem("OPENSSH PRIVATE KEY", key),
    publicKey: `${algorithm} ${publicBlob.toString("base64")} ${line}`.trimEnd(),
  };
}

function wireNumber(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function wireString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([wireNumber(bytes.length), bytes]);
}

function padding(length: number): Buffer {
  return Buffer.from(
    Array.from({ length: (blockSize - (length % blockSize)) % blockSize }, (_, at) => at + 1),
  );
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,70}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

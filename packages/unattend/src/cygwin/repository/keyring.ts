import { readFile } from "node:fs/promises";
import { describeError } from "@winvm/runtime";
import { UnattendError } from "../../errors.ts";

/**
 * The public keys of a file, as gpgv takes them: `gpg --export`, with or without `--armor`, or a keybox of GnuPG.
 *
 * @throws UnattendError `UNATTEND_CYGWIN_UNREADABLE` when the file cannot be read, or holds no public key.
 */
export async function readKeyring(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(path, describeError(error), error);
  });
  const keys = isBinary(bytes) ? bytes : dearmor(bytes.toString("latin1"));
  if (!isKeyring(keys)) throw unreadable(path, "it holds no public key of OpenPGP");
  return keys;
}

/** The bytes of every armored block of public keys, one after the other (RFC 9580, 6.2). */
function dearmor(text: string): Buffer {
  const blocks = text.matchAll(
    /^-----BEGIN PGP PUBLIC KEY BLOCK-----\s*?\n(?:.*:.*\n)*\s*?\n([^-]*)^-----END PGP PUBLIC KEY BLOCK-----/gm,
  );
  // The line that begins with an equals sign is a checksum.
  const data = [...blocks].map(([, body = ""]) => body.replace(/^=.*$/m, ""));
  return Buffer.concat(data.map((base64) => Buffer.from(base64, "base64")));
}

/** The first bit of every packet is set; a keybox has its magic where armor has text. */
function isBinary(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x80) !== 0 || isKeybox(bytes);
}

function isKeyring(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0;
  const tag = (first & 0x40) === 0 ? (first >> 2) & 0x0f : first & 0x3f;
  return isKeybox(bytes) || ((first & 0x80) !== 0 && tag === 6);
}

function isKeybox(bytes: Buffer): boolean {
  return bytes.toString("latin1", 8, 12) === "KBXf";
}

function unreadable(path: string, happened: string, cause?: unknown): UnattendError {
  return new UnattendError({
    code: "UNATTEND_CYGWIN_UNREADABLE",
    asked: `take ${path} as a keyring`,
    happened,
    hint: "give the public keys that you trust, as gpg --export writes them; Cygwin's is at https://cygwin.com/key/pubring.asc",
    cause,
    data: { path },
  });
}

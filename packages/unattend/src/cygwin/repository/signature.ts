import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isWinvmError, runProgram } from "@winvm/runtime";
import { UnattendError } from "../../errors.ts";

/** What is known of the signature of an index. */
export interface IndexSignature {
  /** Whether there is one; that of a mirror's index is in `upstream/` then. */
  readonly found: boolean;
  /** Whether it was checked. An index whose signature does not pass is never read. */
  readonly checked: boolean;
  /** Of the key that has signed, where that was checked: 40 hexadecimal digits. */
  readonly fingerprint?: string;
}

/** An index with its detached signature. */
export interface SignedIndex {
  /** How it is called in errors. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array | undefined;
}

/**
 * Checks a signature with `gpgv`, GnuPG's program for just this, by which Debian's apt trusts what it installs. A library
 * (OpenPGP.js, LGPL) would be one more piece of cryptography to trust, and refuses what indexes before 2020 have, a DSA
 * key of 1024 bits with SHA-1, unless its rules are weakened; gpgv takes them.
 *
 * One good signature by a key of the keyring is enough, as for the installer: an index may be signed by two keys.
 * gpgv's exit code does not tell enough: it is 0 for a key that has expired.
 *
 * @param keyring public keys, not armored.
 * @throws UnattendError `UNATTEND_CYGWIN_UNTRUSTED`; RuntimeError `RUNTIME_PROGRAM_NOT_FOUND` without gpgv.
 */
export async function checkSignature(
  { name, bytes, signature }: SignedIndex,
  keyring: Uint8Array,
  signal?: AbortSignal,
): Promise<IndexSignature> {
  if (signature === undefined) throw noSignature(name);
  const asked = `check the signature of ${name}`;
  const place = await mkdtemp(join(tmpdir(), "winvm-gpgv-"));
  let status = "";
  let told = "";
  let failure: unknown;
  try {
    const [keys, detached] = [join(place, "keyring.gpg"), join(place, "index.sig")];
    await writeFile(keys, keyring);
    await writeFile(detached, signature);
    const args = ["--homedir", place, "--status-fd", "1", "--keyring", keys, detached, "-"];
    await runProgram("gpgv", args, {
      asked,
      input: bytes,
      signal,
      missingHint: "apt install gpgv; or leave the keyring out, and the signature is not checked",
      onStdout: (text) => void (status += text),
      onStderr: (text) => void (told += text),
    });
  } catch (error) {
    // Its words tell more: it fails, too, for one signature of two that it cannot check.
    if (!isWinvmError(error) || error.code !== "RUNTIME_PROGRAM_FAILED") throw error;
    failure = error;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
  const verdict = judge(status, told);
  if ("reason" in verdict) throw untrusted(name, verdict.reason, failure);
  return { found: true, checked: true, ...verdict };
}

/** Checks a signature where there is a keyring, and otherwise only tells whether there is one. */
export async function maybeCheck(
  index: SignedIndex,
  keyring: Uint8Array | undefined,
  signal?: AbortSignal,
): Promise<IndexSignature> {
  return keyring === undefined
    ? { found: index.signature !== undefined, checked: false }
    : checkSignature(index, keyring, signal);
}

/** What gpgv says of a signature that is no good (GnuPG, doc/DETAILS). */
const reasons: Readonly<Record<string, (key: string) => string>> = {
  BADSIG: (key) => `it is not what the key ${key} has signed`,
  EXPKEYSIG: (key) => `the key ${key}, which has signed it, has expired`,
  REVKEYSIG: (key) => `the key ${key}, which has signed it, was revoked`,
  EXPSIG: (key) => `the signature by the key ${key} has expired`,
  NO_PUBKEY: (key) => `it is signed by the key ${key}, which is not in the keyring`,
  NODATA: () => "what is beside it is no signature",
};

/** The fingerprint of the key of a good signature, or why there is none. */
function judge(
  status: string,
  told: string,
): { readonly fingerprint: string } | { readonly reason: string } {
  const words = status.split("\n").map((line) => line.replace("[GNUPG:] ", "").split(" "));
  let good = false;
  for (const [word, ...values] of words) {
    if (word === "NEWSIG") good = false;
    if (word === "GOODSIG") good = true;
    // The last value is the primary key's, whichever of its keys has signed.
    const fingerprint = values.at(-1);
    if (word === "VALIDSIG" && good && fingerprint !== undefined) return { fingerprint };
  }
  for (const [word = "", key = ""] of words) {
    const reason = Object.hasOwn(reasons, word) ? reasons[word] : undefined;
    if (reason !== undefined) return { reason: reason(key) };
  }
  const last = told.trim().split("\n").slice(-3).join("; ");
  return { reason: ["gpgv finds no good signature", last].filter(Boolean).join(": ") };
}

/** The error of an index without a signature, where there has to be one. */
export function noSignature(name: string): UnattendError {
  return untrusted(name, "there is no signature beside it");
}

function untrusted(name: string, happened: string, cause?: unknown): UnattendError {
  return new UnattendError({
    code: "UNATTEND_CYGWIN_UNTRUSTED",
    asked: `check the signature of ${name}`,
    happened,
    hint: "take another mirror, or a keyring with the key that you trust for it",
    ...(cause !== undefined && { cause }),
    data: { name },
  });
}

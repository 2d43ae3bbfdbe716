import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { SetupIni } from "../setup-ini/model.ts";
import { readSetupIni, readSetupIniFile, unreadableIndex } from "../setup-ini/read.ts";
import { readKeyring } from "./keyring.ts";
import { checkSignature } from "./signature.ts";
import type { IndexSignature } from "./signature.ts";

/** How an index with a signature is read. */
export interface ReadSignedIndexOptions {
  /** A file with the public keys that are trusted. Without it the signature is not checked. */
  readonly keyring?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a setup.ini or setup.zst that is a file of the host, with its signature in the file beside it that has `.sig`
 * behind its name.
 *
 * @throws UnattendError as {@link readSetupIniFile}; with a keyring `UNATTEND_CYGWIN_UNTRUSTED` without a good signature by
 *   one of its keys, and `UNATTEND_CYGWIN_UNREADABLE` for the keyring too. RuntimeError `RUNTIME_PROGRAM_NOT_FOUND` without
 *   gpgv.
 */
export async function readSignedSetupIniFile(
  path: string,
  { keyring, signal }: ReadSignedIndexOptions = {},
): Promise<{ readonly index: SetupIni; readonly signature: IndexSignature }> {
  const beside = `${path}.sig`;
  if (keyring === undefined) {
    const index = await readSetupIniFile(path, { signal });
    return { index, signature: { found: existsSync(beside), checked: false } };
  }
  const keys = await readKeyring(keyring);
  const read = (file: string): Promise<Buffer> =>
    readFile(file, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw unreadableIndex(file, error);
    });
  // Read once: what is checked is what is used.
  const bytes = await read(path);
  const signature = existsSync(beside) ? await read(beside) : undefined;
  const checked = await checkSignature({ name: path, bytes, signature }, keys, signal);
  return { index: await readSetupIni(bytes, { name: path }), signature: checked };
}

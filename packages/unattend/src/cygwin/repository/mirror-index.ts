import { UnattendError } from "../../errors.ts";
import type { SetupIni } from "../setup-ini/model.ts";
import { readSetupIni } from "../setup-ini/read.ts";
import { isZstd, largestCompressed, largestIndex } from "../setup-ini/unpack.ts";
import { persist } from "./attempts.ts";
import type { MirrorPatience } from "./attempts.ts";
import type { CygwinLock } from "./lock.ts";
import { isRefusal } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";
import { maybeCheck, noSignature } from "./signature.ts";
import type { IndexSignature } from "./signature.ts";

/** A mirror's index as it came. */
export interface MirrorIndex {
  readonly index: SetupIni;
  /** Of {@link indexNames}. */
  readonly name: string;
  readonly bytes: Buffer;
  /** The detached signature beside it, where there is one. */
  readonly signature: Buffer | undefined;
  readonly checked: IndexSignature;
}

/**
 * The names under which a mirror has its index, the smallest first. The installer knows setup.xz and setup.bz2 too, which
 * Node cannot unpack; no mirror has them without setup.ini.
 */
export const indexNames = ["setup.zst", "setup.ini"] as const;

const largestSignature = 1 << 16;

/**
 * Reads the index of a mirror, compressed where the mirror has it so, and the signature beside it.
 *
 * @param keyring the keys that are trusted; without them the signature is not checked.
 * @throws UnattendError `UNATTEND_CYGWIN_UNTRUSTED` as {@link checkSignature}, before anything of the index is read;
 *   UnattendError `UNATTEND_SETUP_INI_INVALID`; `UNATTEND_CYGWIN_MIRROR_FAILED` when the mirror has no index or
 *   fails too often.
 */
export async function readMirrorIndex(
  mirror: Mirror,
  arch: CygwinLock["arch"],
  patience: MirrorPatience,
  keyring?: Buffer,
): Promise<MirrorIndex> {
  let unsigned: string | undefined;
  for (const name of indexNames) {
    const path = `${arch}/${name}`;
    const bytes = await readIndex(mirror, path, patience);
    if (bytes === undefined) continue;
    const called = `${path} of ${mirror.name}`;
    const signature = await readSignature(mirror, `${path}.sig`, patience, keyring !== undefined);
    // The other form may be the one that is signed.
    if (signature === undefined && keyring !== undefined && name !== "setup.ini") {
      unsigned = called;
      continue;
    }
    const checked = await maybeCheck({ name: called, bytes, signature }, keyring, patience.signal);
    const index = await readSetupIni(bytes, { name: called });
    return { index, name, bytes, signature, checked };
  }
  if (unsigned !== undefined) throw noSignature(unsigned);
  const path = `${arch}/setup.ini`;
  throw new UnattendError({
    code: "UNATTEND_CYGWIN_MIRROR_FAILED",
    asked: `get ${path} from ${mirror.name}`,
    happened: "there is no such file",
    hint: "a mirror is named by the directory that has the directory of the architecture in it",
    data: { path, mirror: mirror.name },
  });
}

/** `undefined` where there is none; for a compressed one also where the mirror answers with a page, or refuses it. */
async function readIndex(
  mirror: Mirror,
  path: string,
  patience: MirrorPatience,
): Promise<Buffer | undefined> {
  if (!path.endsWith(".zst")) return readWhole(mirror, path, largestIndex, patience);
  const bytes = await readWhole(mirror, path, largestCompressed, patience).catch((error) => {
    if (isRefusal(error)) return;
    throw error;
  });
  return bytes !== undefined && isZstd(bytes) ? bytes : undefined;
}

/** Where nothing needs it, a mirror that fails for it, or answers with a page, has none. */
async function readSignature(
  mirror: Mirror,
  path: string,
  patience: MirrorPatience,
  needed: boolean,
): Promise<Buffer | undefined> {
  try {
    return await readWhole(mirror, path, largestSignature, patience);
  } catch (error) {
    if (needed ? isRefusal(error) : error instanceof UnattendError) return undefined;
    throw error;
  }
}

async function readWhole(
  mirror: Mirror,
  path: string,
  limit: number,
  patience: MirrorPatience,
): Promise<Buffer | undefined> {
  const asked = `get ${path} from ${mirror.name}`;
  return persist(asked, patience, async ({ signal, alive }) => {
    const source = await mirror.open(path, 0, signal);
    if (source === undefined) return undefined;
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of source.body) {
      alive();
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) {
        throw new UnattendError({
          code: "UNATTEND_CYGWIN_MIRROR_FAILED",
          asked,
          happened: `it has more than ${limit} bytes`,
          hint: "try another mirror",
          data: { path, mirror: mirror.name },
        });
      }
    }
    const { totalBytes = length } = source;
    if (length !== totalBytes) throw new Error(`it ended after ${length} of ${totalBytes} bytes`);
    return Buffer.concat(chunks);
  });
}

import { rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomically } from "@winvm/runtime";
import { throwFaults } from "../../errors.ts";
import { resolveCygwin } from "../resolve/resolve.ts";
import type { CygwinRequest } from "../resolve/resolve.ts";
import { upstreamDirectory } from "./archive-paths.ts";
import { keepDirectory, Made, requireWritable, writeError } from "./directories.ts";
import { fetchFiles } from "./fetch-files.ts";
import type { FetchedFiles, FetchFilesOptions } from "./fetch-files.ts";
import { indexOf } from "./index-file.ts";
import { filesOf, formatLock, indexPath, lockOf, notInLock } from "./lock.ts";
import type { CygwinLock } from "./lock.ts";
import { indexNames, readMirrorIndex } from "./mirror-index.ts";
import type { MirrorIndex } from "./mirror-index.ts";
import { readKeyring } from "./keyring.ts";
import { openMirror } from "./mirror.ts";
import type { IndexSignature } from "./signature.ts";

/** What is to be fetched, and how. */
export interface FetchCygwinOptions extends FetchFilesOptions {
  /** URL (`http:`, `https:`, `file:`) or directory: what has `x86_64/setup.ini` or `x86_64/setup.zst` in it. */
  readonly mirror: string;
  /** `x86_64` when absent. */
  readonly arch?: CygwinLock["arch"] | undefined;
  /** What is wanted of the mirror's index. The installer always takes Base, so it should be among the categories. */
  readonly request?: CygwinRequest | undefined;
  /** A file with the public keys that are trusted, as `gpg --export` writes it. Without it no signature is checked. */
  readonly keyring?: string | undefined;
  /** What is to be fetched; the mirror's index is then of no interest, and `arch` and `request` have to be in it. */
  readonly lock?: CygwinLock | undefined;
  /** Where the lock is written down besides, when all is there. That it can be is seen to first. */
  readonly lockFile?: string | undefined;
}

/** A repository that was fetched. */
export interface FetchedCygwin extends FetchedFiles {
  readonly lock: CygwinLock;
  /** Of the mirror's index; with a lock nothing is read of that. */
  readonly signature: IndexSignature;
}

/**
 * Makes a repository that `setup-x86_64.exe -L` takes: `<arch>/setup.ini` with the chosen packages only, each archive at
 * its path, each checked by size and hash, and `cygwin.lock.json`. The mirror's own index and its signature, where there
 * is one, lie in `upstream/`: the installer must not take them for the repository's.
 *
 * @throws UnattendError `UNATTEND_CYGWIN_BUSY` while another fetch is at work in the directory.
 *   `UNATTEND_CYGWIN_UNTRUSTED` when there is a keyring and the index has no good signature by one of its keys, and
 *   RuntimeError `RUNTIME_PROGRAM_NOT_FOUND` without gpgv; nothing else of the mirror is read then.
 *   `UNATTEND_CYGWIN_FILE_WRONG` with every file that is not as the index says, in `data.faults`;
 *   nothing that this call has made is left then, nor after `UNATTEND_SETUP_INI_INVALID` and
 *   `UNATTEND_CYGWIN_UNRESOLVED`. `UNATTEND_CYGWIN_MIRROR_FAILED` when the mirror fails too often, lacks a file or
 *   refuses it; `UNATTEND_MEDIA_WRITE_FAILED` when the repository cannot be written. What had arrived before the mirror
 *   or the disk failed, or before the signal, stays, and the next call goes on from there.
 */
export async function fetchCygwin(options: FetchCygwinOptions): Promise<FetchedCygwin> {
  const { directory, arch = "x86_64", request, lockFile, signal } = options;
  const mirror = openMirror(options.mirror);
  await using _place =
    lockFile === undefined ? undefined : await requireWritable(dirname(lockFile));
  await using _kept = await keepDirectory(directory);
  let upstream: MirrorIndex | undefined;
  let { lock } = options;
  if (lock === undefined) {
    const keyring = options.keyring === undefined ? undefined : await readKeyring(options.keyring);
    upstream = await readMirrorIndex(mirror, arch, options, keyring);
    lock = lockOf(resolveCygwin(upstream.index, request), arch);
  } else requireInLock(lock, options);
  const made = new Made();
  const fetched = await fetchFiles(mirror, filesOf(lock), made, options);
  signal?.throwIfAborted();
  await removeUpstream(directory, lock);
  const files = [
    ...(upstream === undefined ? [] : upstreamFiles(lock, upstream)),
    { path: indexPath(lock), bytes: indexOf(lock) },
    { path: "cygwin.lock.json", bytes: formatLock(lock) },
  ];
  for (const { path, bytes } of files) await write(join(directory, path), bytes, made);
  if (lockFile !== undefined) await write(lockFile, formatLock(lock), made);
  return { lock, ...fetched, signature: upstream?.checked ?? { found: false, checked: false } };
}

function requireInLock(
  lock: CygwinLock,
  { arch = lock.arch, request = {} }: FetchCygwinOptions,
): void {
  const faults = notInLock(lock, request);
  if (arch !== lock.arch) faults.unshift({ path: "arch", expected: lock.arch, value: arch });
  throwFaults(
    "UNATTEND_CYGWIN_UNRESOLVED",
    "fetch what the lock says",
    faults,
    "fetch without the lock to choose anew",
  );
}

function upstreamFiles(
  { arch }: CygwinLock,
  { name, bytes, signature }: MirrorIndex,
): readonly { readonly path: string; readonly bytes: Buffer }[] {
  const path = `${upstreamDirectory}/${arch}-${name}`;
  return [
    { path, bytes },
    ...(signature === undefined ? [] : [{ path: `${path}.sig`, bytes: signature }]),
  ];
}

/** What an earlier fetch has left of another index would say what is not true. */
async function removeUpstream(directory: string, { arch }: CygwinLock): Promise<void> {
  const place = join(directory, upstreamDirectory);
  try {
    for (const name of indexNames.flatMap((one) => [one, `${one}.sig`])) {
      await rm(join(place, `${arch}-${name}`), { force: true });
    }
  } catch (error) {
    throw writeError(place, error);
  }
  // Whatever else is in it stays, and it with that.
  await rmdir(place).catch(() => {});
}

async function write(place: string, bytes: string | Uint8Array, made: Made): Promise<void> {
  await made.directory(dirname(place));
  await writeFileAtomically(place, bytes).catch((error: unknown) => {
    throw writeError(place, error);
  });
}

import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describeError, writeFileAtomically } from "@winvm/runtime";
import type { Fault } from "@winvm/runtime";
import { throwFaults, UnattendError } from "../../errors.ts";
import { resolveCygwin } from "../resolve/resolve.ts";
import type { CygwinRequest } from "../resolve/resolve.ts";
import type { Patience } from "./attempts.ts";
import { checkFile } from "./check-file.ts";
import type { LockedFile } from "./check-file.ts";
import { Made } from "./directories.ts";
import { download, partOf } from "./download.ts";
import { indexOf } from "./index-file.ts";
import { formatLock, indexPath, lockOf, notInLock } from "./lock.ts";
import type { CygwinLock } from "./lock.ts";
import { readMirrorIndex } from "./mirror-index.ts";
import type { MirrorIndex } from "./mirror-index.ts";
import { openMirror } from "./mirror.ts";
import type { Mirror } from "./mirror.ts";

/** How far a fetch is. */
export interface FetchProgress {
  /** Bytes of archives that are there, of {@link totalBytes}. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Archives that are complete and right. */
  readonly files: number;
  readonly totalFiles: number;
}

/** What is to be fetched, and how. */
export interface FetchCygwinOptions extends Patience {
  /** URL (`http:`, `https:`, `file:`) or directory: what has `x86_64/setup.ini` in it. */
  readonly mirror: string;
  /** Where the repository is to be. What is right there already is not fetched again. */
  readonly directory: string;
  /** `x86_64` when absent. */
  readonly arch?: CygwinLock["arch"] | undefined;
  /** What is wanted of the mirror's index. The installer always takes Base, so it should be among the categories. */
  readonly request?: CygwinRequest | undefined;
  /** What is to be fetched; the mirror's index is then of no interest, and `arch` and `request` have to be in it. */
  readonly lock?: CygwinLock | undefined;
  /** How many files are fetched at a time, from 1; 4 when absent. */
  readonly parallel?: number | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
}

/** A repository that was fetched. */
export interface FetchedCygwin {
  readonly lock: CygwinLock;
  /** Bytes of archives that came from the mirror. */
  readonly fetchedBytes: number;
  /** Archives that were there already. */
  readonly reusedFiles: number;
  /** Whether the mirror has signed its index. */
  readonly signed: boolean;
}

/**
 * Makes a repository that `setup-x86_64.exe -L` takes: `<arch>/setup.ini` with the chosen packages only, each archive at
 * its path, each checked by size and hash, and `cygwin.lock.json`. The mirror's own index and its signature, where there
 * is one, lie in `upstream/`: the installer must not take them for the repository's.
 *
 * @throws UnattendError `UNATTEND_CYGWIN_FILE_WRONG` with every file that is not as the index says, in `data.faults`;
 *   nothing that this call has made is left then, nor after `UNATTEND_SETUP_INI_INVALID` and
 *   `UNATTEND_CYGWIN_UNRESOLVED`. `UNATTEND_CYGWIN_MIRROR_FAILED` when the mirror fails too often, lacks a file or
 *   refuses it; `UNATTEND_MEDIA_WRITE_FAILED` when the repository cannot be written. What had arrived before the mirror
 *   or the disk failed, or before the signal, stays, and the next call goes on from there.
 */
export async function fetchCygwin(options: FetchCygwinOptions): Promise<FetchedCygwin> {
  const { directory, arch = "x86_64", request, signal } = options;
  const mirror = openMirror(options.mirror);
  let upstream: MirrorIndex | undefined;
  let { lock } = options;
  if (lock === undefined) {
    upstream = await readMirrorIndex(mirror, indexPath({ arch }), options);
    lock = lockOf(resolveCygwin(upstream.index, request), arch);
  } else requireInLock(lock, options);
  const made = new Made();
  const fetched = await fetchFiles(mirror, filesOf(lock), made, options);
  signal?.throwIfAborted();
  await writeAll(directory, made, [
    ...(upstream === undefined ? [] : upstreamFiles(lock, upstream)),
    { path: indexPath(lock), bytes: indexOf(lock) },
    { path: "cygwin.lock.json", bytes: formatLock(lock) },
  ]);
  return { lock, ...fetched, signed: upstream?.signature !== undefined };
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
  { bytes, signature }: MirrorIndex,
): readonly { readonly path: string; readonly bytes: Buffer }[] {
  const path = `upstream/${arch}-setup.ini`;
  return [
    { path, bytes },
    ...(signature === undefined ? [] : [{ path: `${path}.sig`, bytes: signature }]),
  ];
}

/** The archives of a lock; packages may share one. */
export function filesOf({ packages }: CygwinLock): readonly LockedFile[] {
  return [...new Map(packages.map((one) => [one.path, one])).values()];
}

async function fetchFiles(
  mirror: Mirror,
  files: readonly LockedFile[],
  made: Made,
  options: FetchCygwinOptions,
): Promise<Pick<FetchedCygwin, "fetchedBytes" | "reusedFiles">> {
  const { directory, parallel = 4, onProgress } = options;
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  const stop = new AbortController();
  const signals = [stop.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const patience = { ...options, signal: AbortSignal.any(signals) };
  const state = { bytes: 0, files: 0, reused: 0, fetched: 0 };
  const faults: Fault[] = [];
  const tell = (bytes: number): void => {
    state.bytes += bytes;
    onProgress?.({ bytes: state.bytes, totalBytes, files: state.files, totalFiles: files.length });
  };
  const fetchOne = async (file: LockedFile): Promise<void> => {
    const place = join(directory, file.path);
    if ((await checkFile(file, place, patience.signal)) === undefined) {
      state.files += 1;
      state.reused += 1;
      tell(file.size);
      return;
    }
    patience.signal.throwIfAborted();
    await makeDirectory(dirname(place), made);
    made.file(place);
    made.file(partOf(place));
    const fault = await download(mirror, file, place, patience, tell);
    if (fault !== undefined) {
      faults.push(fault);
      return;
    }
    state.files += 1;
    state.fetched += file.size;
    tell(0);
  };
  const queue = files.values();
  const worker = async (): Promise<void> => {
    for (const file of queue) await fetchOne(file);
  };
  try {
    const workers = Array.from({ length: Math.max(1, parallel) }, () =>
      worker().catch((error: unknown) => {
        // The others would only fail in the same way, each after its own patience.
        if (!stop.signal.aborted) stop.abort(error);
      }),
    );
    await Promise.all(workers);
    options.signal?.throwIfAborted();
    // Lies are told before any other failure: trying again does not help.
    if (faults.length > 0) throwWrong(mirror, faults);
    stop.signal.throwIfAborted();
  } catch (error) {
    if (faults.some((fault) => !isMissing(fault))) await made.undo();
    throw error;
  }
  return { fetchedBytes: state.fetched, reusedFiles: state.reused };
}

function isMissing({ value }: Fault): boolean {
  return value === "not there";
}

function throwWrong(mirror: Mirror, faults: readonly Fault[]): void {
  const sorted = faults.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const asked = `get Cygwin's packages from ${mirror.name}`;
  if (sorted.every(isMissing)) {
    throwFaults("UNATTEND_CYGWIN_MIRROR_FAILED", asked, sorted, "try another mirror");
  }
  throwFaults(
    "UNATTEND_CYGWIN_FILE_WRONG",
    asked,
    sorted,
    "the mirror's files are not those of its index: try another mirror",
  );
}

async function writeAll(
  directory: string,
  made: Made,
  files: readonly { readonly path: string; readonly bytes: string | Uint8Array }[],
): Promise<void> {
  for (const { path, bytes } of files) {
    const place = join(directory, path);
    await makeDirectory(dirname(place), made);
    try {
      await writeFileAtomically(place, bytes);
    } catch (error) {
      throw writeError(place, error);
    }
  }
  // A signature of another index would say what is not true.
  const signature = files.find(({ path }) => path.endsWith(".sig"));
  const index = files.find(({ path }) => path.startsWith("upstream/"));
  if (index !== undefined && signature === undefined) {
    await rm(join(directory, `${index.path}.sig`), { force: true });
  }
}

async function makeDirectory(path: string, made: Made): Promise<void> {
  try {
    await made.directory(path);
  } catch (error) {
    throw writeError(path, error);
  }
}

function writeError(path: string, cause: unknown): UnattendError {
  return new UnattendError({
    code: "UNATTEND_MEDIA_WRITE_FAILED",
    asked: `write ${path}`,
    happened: describeError(cause),
    cause,
    data: { path },
  });
}

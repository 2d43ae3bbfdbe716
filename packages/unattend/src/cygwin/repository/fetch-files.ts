import { dirname, join } from "node:path";
import type { Fault } from "@winvm/runtime";
import { throwFaults } from "../../errors.ts";
import type { MirrorPatience } from "./attempts.ts";
import { checkFile } from "./check-file.ts";
import type { Made } from "./directories.ts";
import { download, partOf } from "./download.ts";
import type { LockedFile } from "./lock.ts";
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

/** Where files are fetched to, and how. */
export interface FetchFilesOptions extends MirrorPatience {
  /** Where the repository is to be. What is right there already is not fetched again. */
  readonly directory: string;
  /** How many files are fetched at a time, from 1; 4 when absent. */
  readonly parallel?: number | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
}

/** What was fetched. */
export interface FetchedFiles {
  /** Bytes of archives that came from the mirror. */
  readonly fetchedBytes: number;
  /** Archives that were there already. */
  readonly reusedFiles: number;
}

/**
 * Gets all files that are not there yet. Where the mirror's are not as they should be, everything made is taken back.
 *
 * @param made takes what is made.
 * @throws UnattendError as `fetchCygwin` tells.
 */
export async function fetchFiles(
  mirror: Mirror,
  files: readonly LockedFile[],
  made: Made,
  options: FetchFilesOptions,
): Promise<FetchedFiles> {
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
    const wrong = await checkFile(file, place, patience.signal);
    if (wrong === undefined) {
      state.files += 1;
      state.reused += 1;
      tell(file.size);
      return;
    }
    patience.signal.throwIfAborted();
    await made.directory(dirname(place));
    // What somebody else has put there is not ours to remove.
    if (isMissing(wrong)) made.file(place);
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

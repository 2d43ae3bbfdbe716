import { open, rename, rm, stat } from "node:fs/promises";
import { isWinvmError } from "@winvm/runtime";
import type { Fault } from "@winvm/runtime";
import { persist } from "./attempts.ts";
import type { MirrorPatience, Watch } from "./attempts.ts";
import { writeError } from "./directories.ts";
import { hashFile, startHash, wrongContent, wrongSize } from "./check-file.ts";
import type { LockedFile } from "./lock.ts";
import type { Mirror } from "./mirror.ts";

/** The name that a file has until it is complete and known to be right. */
export function partOf(place: string): string {
  return `${place}.part`;
}

/**
 * Gets one file. What an earlier attempt or an earlier process has left is gone on with, where the mirror can do that.
 * The file appears under its name when its size and hash are right; what is wrong is removed.
 *
 * @param arrived is told of bytes as they come; of less than 0 when a beginning turned out to be of no use.
 * @returns what is wrong with the mirror's file.
 * @throws UnattendError `UNATTEND_CYGWIN_MIRROR_FAILED` when the mirror failed too often, or refuses the file; what has
 *   arrived is left. `UNATTEND_MEDIA_WRITE_FAILED` when the file cannot be written.
 */
export async function download(
  mirror: Mirror,
  file: LockedFile,
  place: string,
  patience: MirrorPatience,
  arrived: (bytes: number) => void = () => {},
): Promise<Fault | undefined> {
  const part = partOf(place);
  const asked = `get ${file.path} from ${mirror.name}`;
  let counted = 0;
  const count = (bytes: number): void => {
    arrived(bytes - counted);
    counted = bytes;
  };
  const fault = await persist(asked, patience, async (watch) => {
    const start = await localWrite(part, () => lengthOf(part, file.size));
    const tried = await attempt(mirror, file, part, start, watch, count);
    // A beginning that somebody else wrote may be what is wrong.
    if (tried !== undefined && start > 0) {
      await rm(part, { force: true });
      return attempt(mirror, file, part, 0, watch, count);
    }
    return tried;
  }).catch((error: unknown) => {
    // Once it may be a cut that looks like an end; each time it is the mirror's file that is short.
    if (isWinvmError(error) && error.cause instanceof EndedEarly) return error.cause.fault;
    throw error;
  });
  if (fault === undefined) await localWrite(part, () => rename(part, place));
  else {
    await rm(part, { force: true });
    count(0);
  }
  return fault;
}

/** A body has ended in order, but before the file has. */
class EndedEarly extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(`it ended after ${String(fault.value)}`);
    this.fault = fault;
  }
}

async function attempt(
  mirror: Mirror,
  file: LockedFile,
  part: string,
  start: number,
  { signal, alive }: Watch,
  count: (bytes: number) => void,
): Promise<Fault | undefined> {
  let hash = startHash(file);
  let bytes = start > 0 ? await hashFile(part, hash, signal) : 0;
  count(bytes);
  if (bytes === file.size && bytes > 0) return wrongContent(file, bytes, hash);
  const source = await mirror.open(file.path, bytes, signal);
  if (source === undefined) return { path: file.path, expected: "a file", value: "not there" };
  if (source.totalBytes !== undefined && source.totalBytes !== file.size) {
    return wrongSize(file, source.totalBytes);
  }
  const handle = await localWrite(part, () => open(part, source.from > 0 ? "a" : "w"));
  try {
    if (source.from === 0) {
      hash = startHash(file);
      bytes = 0;
      count(bytes);
    }
    for await (const chunk of source.body) {
      alive();
      bytes += chunk.length;
      if (bytes > file.size) return wrongSize(file, bytes);
      hash.update(chunk);
      await localWrite(part, () => handle.writeFile(chunk));
      count(bytes);
    }
  } finally {
    await handle.close();
  }
  if (bytes < file.size) throw new EndedEarly(wrongSize(file, bytes));
  return wrongContent(file, bytes, hash);
}

/** How much of a file is there to go on with. */
async function lengthOf(part: string, limit: number): Promise<number> {
  const found = await stat(part).catch(() => undefined);
  return found?.isFile() === true && found.size <= limit ? found.size : 0;
}

/** What fails here fails on this host, and would fail again. */
async function localWrite<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  return work().catch((error: unknown) => {
    throw writeError(path, error);
  });
}

import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { XchgError } from "../errors.ts";
import { exchangeFiles } from "../protocol/files.ts";

/** Longer than any status file: the longest thing that one quotes is a variable, of at most 128 KiB on Linux. */
const LONGEST_BYTES = 1024 * 1024;

/**
 * What the guest has written to `status/NAME`, or its beginning, where that is longer than any status; `undefined` where
 * there is none. The guest may have put anything there: no link is followed, no pipe waited for.
 *
 * @throws XchgError `XCHG_STATUS_INVALID` for what can't be read.
 */
export async function readStatusFile(directory: string, name: string): Promise<string | undefined> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const status = join(directory, exchangeFiles.status);
  try {
    await using place = await open(status, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const path = `/proc/self/fd/${place.fd}/${name}`;
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!(await file.stat()).isFile()) throw unreadable(name, "it is no file");
    const bytes = Buffer.alloc(LONGEST_BYTES);
    let length = 0;
    for (let got = -1; got !== 0 && length < LONGEST_BYTES; length += got) {
      ({ bytesRead: got } = await file.read(bytes, length, LONGEST_BYTES - length, length));
    }
    return bytes.toString("utf8", 0, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw error instanceof XchgError ? error : unreadable(name, code ?? String(error), error);
  }
}

function unreadable(name: string, happened: string, cause?: unknown): XchgError {
  return new XchgError({
    code: "XCHG_STATUS_INVALID",
    asked: `read ${exchangeFiles.status}/${name}`,
    happened: `it can't be read: ${happened}`,
    hint: "the job has put something else in its place; see log/runner.log",
    cause,
  });
}

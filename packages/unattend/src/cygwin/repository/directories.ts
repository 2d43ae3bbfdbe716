import { access, constants, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { describeError, makeDirectories, tryLock } from "@winvm/runtime";
import { UnattendError } from "../../errors.ts";

/** Files and directories that were made, so that they can be taken back. */
export class Made {
  readonly #directories = new Set<string>();
  readonly #files = new Set<string>();

  /**
   * Makes a directory with those above it.
   *
   * @throws UnattendError `UNATTEND_MEDIA_WRITE_FAILED`.
   */
  async directory(path: string): Promise<void> {
    const first = await makeDirectories(path).catch((error: unknown) => {
      throw writeError(path, error);
    });
    if (first === undefined) return;
    const top = resolve(first);
    for (let at = resolve(path); at.length >= top.length; at = dirname(at)) {
      this.#directories.add(at);
      if (at === top) break;
    }
  }

  /** Notes a file. */
  file(path: string): void {
    this.#files.add(path);
  }

  /** Removes everything that was made; a directory that holds something else stays. */
  async undo(): Promise<void> {
    for (const path of this.#files) await rm(path, { force: true }).catch(() => {});
    const deepestFirst = [...this.#directories].sort((a, b) => b.length - a.length);
    for (const path of deepestFirst) await rmdir(path).catch(() => {});
  }
}

/**
 * Sees to it that a file can be written into a directory, which is made where it is not there. At the end what was made and
 * is empty goes.
 *
 * @throws UnattendError `UNATTEND_MEDIA_WRITE_FAILED`.
 */
export async function requireWritable(directory: string): Promise<AsyncDisposable> {
  const made = new Made();
  await made.directory(directory);
  await access(directory, constants.W_OK).catch((error: unknown) => {
    throw writeError(directory, error);
  });
  return { [Symbol.asyncDispose]: () => made.undo() };
}

/** The lock of a repository while it is fetched, within its directory. */
export const fetchLock = ".fetch.lock";

/**
 * Keeps a directory for oneself, which is made where it is not there. At the end the lock goes, and of what was made
 * for it whatever is empty.
 *
 * @throws UnattendError `UNATTEND_CYGWIN_BUSY` when a fetch has it; `UNATTEND_MEDIA_WRITE_FAILED`.
 */
export async function keepDirectory(directory: string): Promise<AsyncDisposable> {
  const made = new Made();
  await made.directory(directory);
  const attempt = await tryLock(join(directory, fetchLock)).catch(async (error: unknown) => {
    await made.undo();
    throw writeError(directory, error);
  });
  if ("holder" in attempt) {
    throw new UnattendError({
      code: "UNATTEND_CYGWIN_BUSY",
      asked: `fetch into ${directory}`,
      happened: `process ${attempt.holder.pid} is fetching into it`,
      hint: "wait until it has ended, or take another directory",
      data: { directory, holder: attempt.holder },
    });
  }
  return {
    async [Symbol.asyncDispose]() {
      await attempt.lock[Symbol.asyncDispose]();
      await made.undo();
    },
  };
}

/** The error of a file or directory that cannot be written. */
export function writeError(path: string, cause: unknown): UnattendError {
  return new UnattendError({
    code: "UNATTEND_MEDIA_WRITE_FAILED",
    asked: `write ${path}`,
    happened: describeError(cause),
    hint: "make room or choose another directory; the same command goes on from what is there",
    cause,
    data: { path },
  });
}

import { open } from "node:fs/promises";
import { join } from "node:path";
import { describeError } from "@winvm/runtime";
import type { Fault } from "@winvm/runtime";
import { throwFaults, UnattendError } from "../../errors.ts";
import { writeIsoFile } from "../../media/iso/write-iso.ts";
import type { IsoContent } from "../../media/iso/write-iso.ts";
import { checkFile } from "./check-file.ts";
import { indexOf } from "./index-file.ts";
import { filesOf, indexPath } from "./lock.ts";
import type { CygwinLock } from "./lock.ts";

/** What a medium with Cygwin is made of. */
export interface CygwinIsoOptions {
  readonly lock: CygwinLock;
  /** The repository with the lock's archives. */
  readonly directory: string;
  /** Cygwin's setup program, which becomes `cygwin/setup.exe`. */
  readonly setupExe?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: CygwinIsoProgress) => void) | undefined;
}

/** How far a medium is: the archives are checked, then the image is written. */
export type CygwinIsoProgress =
  | { readonly step: "check"; readonly files: number; readonly totalFiles: number }
  | { readonly step: "write"; readonly bytes: number; readonly totalBytes: number };

/** The label of a medium with Cygwin. */
const label = "CYGWIN";

/**
 * An ISO with the repository in `cygwin/`, where the set-up script of a guest looks for it. The same lock and the same
 * setup program give the same bytes. Each archive is checked by size and hash before anything is written.
 *
 * @returns the size of the image in bytes
 * @throws UnattendError `UNATTEND_CYGWIN_FILE_WRONG` with every archive that is missing or not as the lock says, in
 *   `data.faults`; `UNATTEND_CYGWIN_UNREADABLE` when the setup program cannot be read or is no program;
 *   `UNATTEND_MEDIA_INVALID` with every name that is too long for Joliet; `UNATTEND_MEDIA_WRITE_FAILED`.
 */
export async function writeCygwinIso(path: string, options: CygwinIsoOptions): Promise<number> {
  const { lock, directory, setupExe, signal, onProgress } = options;
  if (setupExe !== undefined) await requireProgram(setupExe);
  const archives = filesOf(lock);
  const faults: Fault[] = [];
  const files: Record<string, IsoContent> = { [`cygwin/${indexPath(lock)}`]: indexOf(lock) };
  if (setupExe !== undefined) files["cygwin/setup.exe"] = { file: setupExe };
  for (const [at, archive] of archives.entries()) {
    signal?.throwIfAborted();
    const file = join(directory, archive.path);
    const fault = await checkFile(archive, file, signal);
    if (fault !== undefined) faults.push(fault);
    files[`cygwin/${archive.path}`] = { file };
    onProgress?.({ step: "check", files: at + 1, totalFiles: archives.length });
  }
  throwFaults(
    "UNATTEND_CYGWIN_FILE_WRONG",
    `take Cygwin's packages from ${directory}`,
    faults,
    "fetch them again with the same lock",
  );
  try {
    return await writeIsoFile(path, {
      label,
      files,
      signal,
      onProgress: (bytes, totalBytes) =>
        onProgress?.({
          step: "write",
          bytes,
          totalBytes,
        }),
    });
  } catch (error) {
    // To be cancelled is no failure of the medium.
    signal?.throwIfAborted();
    throw error;
  }
}

async function requireProgram(path: string): Promise<void> {
  let begins: string;
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    begins = buffer.toString("latin1", 0, bytesRead);
  } catch (error) {
    throw unreadable(path, describeError(error), error);
  }
  if (begins !== "MZ") throw unreadable(path, "it is no program of Windows");
}

function unreadable(path: string, happened: string, cause?: unknown): UnattendError {
  return new UnattendError({
    code: "UNATTEND_CYGWIN_UNREADABLE",
    asked: `take ${path} as Cygwin's setup program`,
    happened,
    hint: "give setup-x86_64.exe or setup-x86.exe as cygwin.com or an archive has it",
    cause,
    data: { path },
  });
}

import { join } from "node:path";
import { describeError } from "@winvm/runtime";
import { recordedKind, sameDigest } from "./digest.ts";
import type { StoreLayout } from "./layout.ts";
import { damagedFiles, type FileFault, type FileRecord } from "./manifest.ts";
import { Stamps, stampOfFile } from "./stamps.ts";
import type { StoreEntry } from "./store.ts";

/** What is told while files are read. */
export interface ReadingProgress {
  readonly file: string;
  /** 0 to 1, of all that is read. */
  readonly fraction: number;
}

/** Limits of {@link verifyEntry}. */
export interface VerifyOptions {
  /** Only these files; all that the manifest names when absent. */
  readonly names?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReadingProgress) => void) | undefined;
}

/**
 * Proves that the files of an entry are those that were sealed. A file that still has the stamp of its last proof
 * (size, times, inode) is not read; any other is read whole and compared with the manifest's digest. So a copied or imported
 * store is read once. Files without a digest, of entries that older versions made, are compared by their size.
 *
 * @throws PipelineError `PIPELINE_STORE_DAMAGED` with every fault.
 */
export async function verifyEntry(
  layout: StoreLayout,
  entry: StoreEntry,
  options: VerifyOptions = {},
): Promise<void> {
  const { directory, manifest } = entry;
  const stamps = await Stamps.open(layout.verified(manifest.kind, manifest.key));
  const names = options.names ?? Object.keys(manifest.files);
  const checked = await Promise.all(
    names.map(async (name) => {
      const record = manifest.files[name] ?? { sizeBytes: -1 };
      return { name, record, ...(await look(stamps, join(directory, name), name, record)) };
    }),
  );
  const faults = checked.flatMap(({ fault }) => fault ?? []);
  const unread = checked.filter(({ mustRead }) => mustRead);
  const totalBytes = unread.reduce((sum, { record }) => sum + record.sizeBytes, 0);
  let doneBytes = 0;
  for (const { name, record } of unread) {
    const fault = await read(stamps, directory, name, record, {
      signal: options.signal,
      onBytes: (bytes) =>
        options.onProgress?.({ file: name, fraction: (doneBytes + bytes) / totalBytes }),
    });
    if (fault !== undefined) faults.push(fault);
    doneBytes += record.sizeBytes;
  }
  await stamps.save();
  if (faults.length > 0) throw damagedFiles(directory, faults, manifest);
}

/** What can be told of a file without reading it. */
async function look(
  stamps: Stamps,
  path: string,
  file: string,
  record: FileRecord,
): Promise<{ readonly fault?: FileFault; readonly mustRead?: boolean }> {
  const stamp = await stampOfFile(path).catch(() => undefined);
  if (stamp === undefined) return { fault: { file, what: "is missing" } };
  if (stamp.sizeBytes !== String(record.sizeBytes)) {
    return { fault: { file, what: `has ${stamp.sizeBytes} bytes, not ${record.sizeBytes}` } };
  }
  const kind = recordedKind(record);
  if (kind === undefined) return {};
  const known = stamps.known(file, stamp, kind);
  return { mustRead: known === undefined || !sameDigest(record, known) };
}

async function read(
  stamps: Stamps,
  directory: string,
  name: string,
  record: FileRecord,
  options: { signal: AbortSignal | undefined; onBytes: (bytes: number) => void },
): Promise<FileFault | undefined> {
  try {
    const digest = await stamps.digest(name, join(directory, name), recordedKind(record), options);
    if (sameDigest(record, digest)) return undefined;
    return { file: name, what: "was changed after it was sealed: its content has another SHA-256" };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { file: name, what: `can't be read: ${describeError(error)}` };
  }
}

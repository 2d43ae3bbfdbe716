import { statfs } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";
import { resolve } from "node:path";
import { describeError, formatFaults, WinvmError } from "@winvm/runtime";
import { requireHost } from "../clone/fingerprint.ts";
import { openContext, type Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import {
  fileSource,
  SourceFault,
  streamSource,
  type ByteSource,
  type FileSource,
} from "../portable/byte-source.ts";
import { headerFaults } from "../portable/check-header.ts";
import { FormatFault, formatVersion, type ContainedEntry } from "../portable/format.ts";
import {
  NewerFormat,
  openContainer,
  pickChunks,
  readChunks,
  readIndex,
  type OpenedContainer,
  type ReadChunk,
} from "../portable/read-container.ts";
import { openPath } from "../portable/open-path.ts";
import { restoreChunks, type RestoredFile } from "../portable/restore.ts";
import type { ImportRecord } from "../records.ts";
import type { PipelineOptions } from "../request.ts";
import { makeSparse, receiveEntries, type IncomingEntries } from "../store/incoming.ts";
import { entryName } from "../store/needs.ts";
import type { StoreEntry } from "../store/store.ts";
import { stateRecord } from "./records.ts";

/** From where a state comes. */
export interface ImportRequest {
  /** A path, or a stream. */
  readonly from: string | Readable;
}

/** What has to stay free beside the data: directories, manifests, and that the disk is not filled to the brim. */
const spareBytes = 16 << 20;

/**
 * Takes a state that {@link exportState} has written into this store. Everything is compared with its hash before an entry
 * gets its name; what the store has already is not written again, and a failure leaves nothing.
 *
 * @throws PipelineError `PIPELINE_IMPORT_INVALID` (`data.at`: the byte where the faulty part begins), `PIPELINE_IMPORT_NEWER`,
 *   `PIPELINE_IMPORT_DIFFERS`, `PIPELINE_IMPORT_UNREADABLE`, `PIPELINE_STORE_FULL`, `PIPELINE_STORE_DAMAGED`.
 */
export async function importState(
  { from }: ImportRequest,
  options: PipelineOptions = {},
): Promise<ImportRecord> {
  const context = await openContext(options);
  await using stack = new AsyncDisposableStack();
  const input = await openInput(from, stack, context.signal);
  try {
    const container = await openContainer(input.source);
    requireSound(input.name, container);
    // A file that was cut off is told before anything is written.
    const index = input.file && (await readIndex(input.file, container));
    const started = performance.now();
    const { state, entries } = container.header;
    const title = `import the state ${state.slice(0, 12)}`;
    context.emit({ type: "stage:start", stage: "import", key: state, title });
    await using incoming = await receiveEntries(context.store, entries, {
      signal: context.signal,
      onEvent: context.emit,
    });
    await requireRoom(context, entries, incoming);
    await using files = await openFiles(entries, incoming);
    const wanted = index?.chunks.filter(({ file }) => files.list[file]?.handle !== undefined);
    const chunks: AsyncIterable<ReadChunk> =
      input.file === undefined || wanted === undefined
        ? readChunks(input.source, container)
        : pickChunks(input.file, wanted);
    const [first, last] = [wanted?.[0]?.at ?? 0, wanted?.at(-1)];
    await restoreChunks(chunks, files.list, {
      signal: context.signal,
      onProgress: (at) =>
        context.emit({
          type: "stage:step",
          stage: "import",
          step: "read, check and write",
          ...(last === undefined
            ? {}
            : { fraction: (at - first) / Math.max(1, last.at + last.frameBytes - first) }),
        }),
    });
    await files.sync();
    context.signal?.throwIfAborted();
    const published = await incoming.publish();
    context.emit({
      type: "stage:end",
      stage: "import",
      key: state,
      elapsedMs: Math.round(performance.now() - started),
      cached: published.every(({ cached }) => cached),
    });
    return await recordOf(context, published);
  } catch (error) {
    throw await told(error, input, context);
  }
}

interface Input {
  /** In words: the path, or `standard input`. */
  readonly name: string;
  readonly source: ByteSource;
  /** Where it can be read from any place. */
  readonly file?: FileSource;
}

async function openInput(
  from: string | Readable,
  stack: AsyncDisposableStack,
  signal: AbortSignal | undefined,
): Promise<Input> {
  // Who waits for a stream has to hear of a cancellation too.
  const streamed = (stream: Readable): ByteSource =>
    streamSource(signal === undefined ? stream : addAbortSignal(signal, stream));
  if (typeof from !== "string") return { name: "the stream", source: streamed(from) };
  const name = resolve(from);
  try {
    const handle = stack.use(await openPath(name, "r", signal));
    const found = await handle.stat();
    if (found.isDirectory()) throw new Error("it is a directory");
    if (found.isFile()) {
      const file = fileSource(handle, found.size);
      return { name, source: file, file };
    }
    return { name, source: streamed(handle.createReadStream({ autoClose: false })) };
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreadable(name, cause);
  }
}

function unreadable(name: string, cause: unknown): PipelineError {
  return new PipelineError({
    code: "PIPELINE_IMPORT_UNREADABLE",
    asked: `import ${name}`,
    happened: describeError(cause),
    hint: "give the path of a file that `winvm export` has written, on a disk that can be read",
    cause,
  });
}

function requireSound(name: string, { header }: OpenedContainer): void {
  const faults = headerFaults(header);
  if (faults.length === 0) return;
  throw new PipelineError({
    code: "PIPELINE_IMPORT_INVALID",
    asked: `import ${name}`,
    happened: `it is not as winvm writes it:\n${formatFaults(faults)}`,
    hint: "don't trust it; nothing was written",
    data: { faults },
  });
}

async function requireRoom(
  context: Context,
  entries: readonly ContainedEntry[],
  incoming: IncomingEntries,
): Promise<void> {
  const neededBytes = entries
    .filter((entry) => incoming.directoryOf(entry) !== undefined)
    .flatMap(({ files }) => files)
    .reduce((sum, { dataBytes }) => sum + dataBytes, 0);
  const { root } = context.store.layout;
  const { bavail, bsize } = await statfs(root);
  const freeBytes = bavail * bsize;
  if (neededBytes === 0 || neededBytes + spareBytes <= freeBytes) return;
  throw new PipelineError({
    code: "PIPELINE_STORE_FULL",
    asked: `import into the store ${root}`,
    happened: `it takes up to ${mebibytes(neededBytes)} MiB, and ${mebibytes(freeBytes)} MiB are free`,
    hint: "free some space, run `winvm gc`, or name another directory with --store",
    data: { neededBytes, freeBytes },
  });
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

interface OpenFiles extends AsyncDisposable {
  readonly list: readonly RestoredFile[];
  /** Waits until all is on the disk. */
  sync(): Promise<void>;
}

async function openFiles(
  entries: readonly ContainedEntry[],
  incoming: IncomingEntries,
): Promise<OpenFiles> {
  await using stack = new AsyncDisposableStack();
  const list: RestoredFile[] = [];
  for (const entry of entries) {
    const directory = incoming.directoryOf(entry);
    for (const file of entry.files) {
      const handle =
        directory === undefined ? undefined : stack.use(await makeSparse(directory, file));
      list.push({ sizeBytes: file.sizeBytes, handle });
    }
  }
  const owned = stack.move();
  return {
    list,
    async sync() {
      await Promise.all(list.map(async ({ handle }) => handle?.datasync()));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function recordOf(context: Context, published: readonly StoreEntry[]): Promise<ImportRecord> {
  const state = published.at(-1);
  if (state === undefined) throw new TypeError("a container has a state");
  await warnOfMisfit(context, state);
  return {
    state: await stateRecord(context.store, state),
    entries: published.map((entry) => ({
      what: entryName(entry.manifest),
      added: !entry.cached,
    })),
  };
}

/** Says already now why a run will not take the state as it is. */
async function warnOfMisfit(context: Context, state: StoreEntry): Promise<void> {
  try {
    await requireHost(context, state);
  } catch (error) {
    // No QEMU here is no reason against an import.
    const hint = error instanceof WinvmError ? error.hint : undefined;
    context.emit({
      type: "warning",
      code: "PIPELINE_STATE_MISMATCH",
      message: `the imported state can't be revived as it is: ${describeError(error)}`,
      hint: hint ?? "`winvm doctor` tells what is missing here",
    });
  }
}

/** A fault of the container, or a disk that became full, as the user is told it. */
async function told(error: unknown, { name }: Input, context: Context): Promise<unknown> {
  const asked = `import ${name}`;
  if (error instanceof NewerFormat) {
    return new PipelineError({
      code: "PIPELINE_IMPORT_NEWER",
      asked,
      happened: `${error.message}, and this winvm reads up to ${formatVersion}`,
      hint: "use the winvm that has written it, or a newer one",
      cause: error,
      data: { version: error.version },
    });
  }
  if (error instanceof FormatFault) {
    const at = error.at ?? 0;
    return new PipelineError({
      code: "PIPELINE_IMPORT_INVALID",
      asked,
      happened:
        at === 0
          ? `it is no state that \`winvm export\` has written: ${error.message}`
          : `it is damaged in the part that begins at byte ${at}: ${error.message}`,
      hint: "bring it over again; nothing was written",
      cause: error,
      data: { at },
    });
  }
  if (error instanceof SourceFault) return unreadable(name, error.cause);
  if ((error as NodeJS.ErrnoException).code !== "ENOSPC") return error;
  return new PipelineError({
    code: "PIPELINE_STORE_FULL",
    asked,
    happened: `the disk of the store ${context.store.layout.root} is full`,
    hint: "free some space, run `winvm gc`, or name another directory with --store",
    cause: error,
  });
}

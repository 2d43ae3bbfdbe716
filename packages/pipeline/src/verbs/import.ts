import { statfs } from "node:fs/promises";
import type { Readable } from "node:stream";
import { describeError, WinvmError } from "@winvm/runtime";
import { requireHost } from "../clone/fingerprint.ts";
import { openContext, type Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import type { ContainedEntry } from "../portable/format.ts";
import { requireSound, told } from "../portable/import-faults.ts";
import { openInput } from "../portable/import-input.ts";
import {
  openContainer,
  pickChunks,
  readChunks,
  readIndex,
  type ReadChunk,
} from "../portable/read-container.ts";
import { restoreChunks } from "../portable/restore.ts";
import { openFiles } from "../portable/restored-files.ts";
import type { ImportRecord } from "../records.ts";
import type { PipelineOptions } from "../request.ts";
import { bringNames } from "../states/bring-names.ts";
import { receiveEntries, type IncomingEntries } from "../store/incoming.ts";
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
 * gets its name; what the store has already is not written again, and a failure leaves nothing. States get the names that they had,
 * unless those are the names of others here.
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
    const names = await bringNames(context, container.header.names ?? {});
    return await recordOf(context, published, names);
  } catch (error) {
    throw told(error, input.name, context.store.layout.root);
  }
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

async function recordOf(
  context: Context,
  published: readonly StoreEntry[],
  names: ImportRecord["names"],
): Promise<ImportRecord> {
  const state = published.at(-1);
  if (state === undefined) throw new TypeError("a container has a state");
  await warnOfMisfit(context, state);
  return {
    state: await stateRecord(context.store, state),
    entries: published.map((entry) => ({
      what: entryName(entry.manifest),
      added: !entry.cached,
    })),
    names,
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

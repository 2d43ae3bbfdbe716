import { open, readFile, type FileHandle } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { dataExtents, type Extent } from "@winvm/qemu";
import { requireWhole } from "../clone/fingerprint.ts";
import { openContext, type Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { headerFaults } from "../portable/check-header.ts";
import type { ContainedEntry, ContainerHeader } from "../portable/format.ts";
import { openTarget } from "../portable/export-target.ts";
import { writeContainer, type PackedFile } from "../portable/write-container.ts";
import type { ExportRecord } from "../records.ts";
import type { PipelineOptions } from "../request.ts";
import { claimEntries } from "../store/claim.ts";
import { tellsOfFullDisk } from "../store/full-disk.ts";
import { damaged } from "../store/manifest.ts";
import { entryName, withNeeds } from "../store/needs.ts";
import type { StoreEntry } from "../store/store.ts";
import { readStateNames } from "../states/state-names.ts";
import { stillStored } from "../states/still-stored.ts";
import { storedState } from "../states/stored-entry.ts";

/** What is exported, and to where. */
export interface ExportRequest {
  /** A name, a key, the beginning of one (four digits or more), or a guest, whose newest plain state it then is. */
  readonly state: string;
  /** A path, whose file, there where links lead to, is replaced once the new one is complete; or a stream. */
  readonly to: string | Writable;
}

/** Below this size a file is not worth asking for its holes. */
const smallFile = 1 << 20;

/**
 * Writes a state and all that it needs to be revived elsewhere into one file: its entry, its image's with the guest's key
 * and passwords, its controller's, and those of the states below it; and the names of these states.
 *
 * @throws PipelineError `PIPELINE_STATE_UNKNOWN`, `PIPELINE_STORE_DAMAGED`, `PIPELINE_STATE_MISMATCH`, `PIPELINE_EXPORT_FAILED`; QemuError.
 */
export async function exportState(
  { state, to }: ExportRequest,
  options: PipelineOptions = {},
): Promise<ExportRecord> {
  const context = await openContext(options);
  const found = await storedState(context, state);
  const { key } = found.manifest;
  const entries = await withNeeds(context.store, { kind: "states", key });
  // Reading takes long, and a state that was not used for long is what `collectGarbage` is after.
  // A store that is full, or can only be read, is exported from without: its open files stay what they are.
  await using _claim = await claimEntries(
    context.store,
    entries.map(({ manifest }) => manifest),
  ).catch((error: unknown) => {
    if (tellsOfFullDisk(error) || (error as NodeJS.ErrnoException).code === "EROFS")
      return undefined;
    throw error;
  });
  await stillStored(context.store, { kind: "states", key }, `export the state ${key}`);
  const started = performance.now();
  const title = `export the state ${key.slice(0, 12)}`;
  context.emit({ type: "stage:start", stage: "export", key, title });
  // Open files stay what they are, also when somebody removes their entry meanwhile.
  await using stack = new AsyncDisposableStack();
  await requireWhole(context, found, entries);
  const plan = await openEntries(context, entries, stack);
  const target = stack.use(
    await openTarget(typeof to === "string" ? resolve(to) : to, context.signal),
  );
  const total = Math.max(1, plan.dataBytes);
  const names = await namesIn(context, plan.entries);
  const written = await writeContainer(
    {
      state: key,
      entries: plan.entries,
      ...(names.length === 0 ? {} : { names: Object.fromEntries(names) }),
    },
    plan.files,
    target.write,
    {
      signal: context.signal,
      onProgress: (readBytes) =>
        context.emit({
          type: "stage:step",
          stage: "export",
          step: "compress and write",
          fraction: readBytes / total,
        }),
    },
  );
  context.signal?.throwIfAborted();
  await target.complete();
  context.emit({
    type: "stage:end",
    stage: "export",
    key,
    elapsedMs: Math.round(performance.now() - started),
    cached: false,
  });
  return {
    state: key,
    ...(typeof to === "string" ? { file: resolve(to) } : {}),
    entries: plan.entries.map(entryName),
    names: names.map(([name]) => name),
    ...written,
  };
}

/** The names of the states, in an order that depends on nothing else. */
async function namesIn(
  { store }: Context,
  entries: readonly ContainedEntry[],
): Promise<readonly (readonly [name: string, key: string])[]> {
  const names = await readStateNames(store.layout);
  const isThere = (key: string): boolean =>
    entries.some((entry) => entry.kind === "states" && entry.key === key);
  return [...names].filter(([, key]) => isThere(key)).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

interface ExportPlan {
  readonly entries: readonly ContainedEntry[];
  readonly files: readonly PackedFile[];
  readonly dataBytes: number;
}

async function openEntries(
  context: Context,
  entries: readonly StoreEntry[],
  stack: AsyncDisposableStack,
): Promise<ExportPlan> {
  const contained: ContainedEntry[] = [];
  const files: PackedFile[] = [];
  for (const { directory, manifest } of entries) {
    const packed = await Promise.all(
      Object.entries(manifest.files).map(async ([name, { sizeBytes }]) => {
        const handle = stack.use(await open(join(directory, name)));
        const { mode, size } = await handle.stat();
        if (size !== sizeBytes) throw damaged(directory, `${name} has ${size} bytes`, { manifest });
        const extents = await extentsOf(context, handle, sizeBytes);
        const dataBytes = extents.reduce((sum, extent) => sum + extent.sizeBytes, 0);
        return {
          file: { name, sizeBytes, mode: mode & 0o777, dataBytes },
          source: { handle, extents },
        };
      }),
    );
    files.push(...packed.map(({ source }) => source));
    contained.push({
      kind: manifest.kind,
      key: manifest.key,
      manifest: await readFile(join(directory, "manifest.json"), "utf8"),
      files: packed.map(({ file }) => file),
    });
  }
  requireImportable({ state: entries.at(-1)?.manifest.key ?? "", entries: contained });
  const dataBytes = contained
    .flatMap((entry) => entry.files)
    .reduce((sum, file) => sum + file.dataBytes, 0);
  return { entries: contained, files, dataBytes };
}

/** What no import would take is told here, where it can still be mended. */
function requireImportable(header: ContainerHeader): void {
  const faults = headerFaults(header);
  if (faults.length === 0) return;
  throw new PipelineError({
    code: "PIPELINE_EXPORT_FAILED",
    asked: `export the state ${header.state}`,
    happened: `its entries are not as an import expects them (${faults[0]?.path})`,
    hint: "a fault of winvm's: report it",
    data: { faults },
  });
}

async function extentsOf(
  context: Context,
  handle: FileHandle,
  sizeBytes: number,
): Promise<readonly Extent[]> {
  if (sizeBytes === 0) return [];
  if (sizeBytes < smallFile) return [{ offsetBytes: 0, sizeBytes }];
  const extents = await dataExtents(`/proc/${process.pid}/fd/${handle.fd}`, {
    signal: context.signal,
  });
  // qemu-img counts in sectors of 512 bytes.
  return extents.map((extent) => ({
    offsetBytes: extent.offsetBytes,
    sizeBytes: Math.min(extent.sizeBytes, sizeBytes - extent.offsetBytes),
  }));
}

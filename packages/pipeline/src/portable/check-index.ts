import type { FileSource } from "./byte-source.ts";
import {
  blockHeadBytes,
  decodeBlockHead,
  FormatFault,
  placed,
  type ChunkRecord,
  type ContainerIndex,
} from "./format.ts";

/** The fields of a record by which its chunk is found. */
const places = ["at", "file", "frameBytes"] as const satisfies (keyof ChunkRecord)[];

/**
 * Says that an index has the form of one: a file from elsewhere may say anything. Pure.
 *
 * @throws FormatFault
 */
export function requireIndex(index: unknown): asserts index is ContainerIndex {
  const { chunks } = (index ?? {}) as Partial<Record<keyof ContainerIndex, unknown>>;
  if (Array.isArray(chunks) && chunks.every(isRecord)) return;
  throw new FormatFault("its index is not as winvm writes it");
}

function isRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const record = value as Partial<Record<keyof ChunkRecord, unknown>>;
  return places.every((name) => Number.isSafeInteger(record[name]) && Number(record[name]) >= 0);
}

/**
 * Proves, without reading their frames, that an index leaves no chunk out: they lie one behind the other, from the header's
 * end to the index.
 *
 * @throws FormatFault
 */
export async function requireNoGaps(
  source: FileSource,
  chunks: readonly ChunkRecord[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  let end = from;
  for (const { at, file, frameBytes } of chunks) {
    if (at !== end) throw gap(end);
    end = await placed(at, async () => {
      source.seek(at);
      const head = await source.take(blockHeadBytes + 12);
      const isIt =
        head.toString("latin1", blockHeadBytes, blockHeadBytes + 4) === "CHNK" &&
        head.readUInt32LE(blockHeadBytes + 4) === file &&
        head.readUInt32LE(blockHeadBytes + 8) === frameBytes;
      if (!isIt) throw new FormatFault("there is no chunk, or another one");
      return at + blockHeadBytes + decodeBlockHead(head) + frameBytes;
    });
  }
  if (end !== to) throw gap(end);
}

function gap(at: number): FormatFault {
  const fault = new FormatFault("its index does not tell of what is there");
  fault.at = at;
  return fault;
}

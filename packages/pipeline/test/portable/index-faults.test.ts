import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileSource, streamSource } from "../../src/portable/byte-source.ts";
import {
  decodeTail,
  encodeEnd,
  FormatFault,
  tailBytes,
  type ContainerHeader,
  type ContainerIndex,
} from "../../src/portable/format.ts";
import { openContainer, readChunks, readIndex } from "../../src/portable/read-container.ts";
import { writeContainer } from "../../src/portable/write-container.ts";

const scratch = mkdtempSync(join(tmpdir(), "winvm-index-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let container: Buffer;

beforeAll(async () => {
  const sizeBytes = 5000;
  const files = ["one", "two", "three"].map((name) => ({
    name,
    sizeBytes,
    mode: 0o600,
    dataBytes: sizeBytes,
  }));
  const header: ContainerHeader = {
    state: "s",
    entries: [{ kind: "states", key: "s", manifest: "{}", files }],
  };
  const path = join(scratch, "data");
  writeFileSync(path, "data ".repeat(1000));
  await using handle = await open(path);
  const pieces: Buffer[] = [];
  const packed = { handle, extents: [{ offsetBytes: 0, sizeBytes }] };
  await writeContainer(header, [packed, packed, packed], async (piece) => {
    pieces.push(Buffer.from(piece));
  });
  container = Buffer.concat(pieces);
});

async function indexOf(bytes: Buffer): Promise<ContainerIndex> {
  const path = join(scratch, "container");
  writeFileSync(path, bytes);
  await using handle = await open(path);
  const source = fileSource(handle, bytes.length);
  return await readIndex(source, await openContainer(source));
}

/** The same chunks with an end that says something else, its hashes right. */
async function withIndex(change: (index: ContainerIndex) => unknown): Promise<Buffer> {
  const { indexAt } = decodeTail(container.subarray(-tailBytes));
  const changed = change(await indexOf(container)) as ContainerIndex;
  return Buffer.concat([container.subarray(0, indexAt), encodeEnd(changed, indexAt)]);
}

describe("an index that is not that of the chunks is a fault", () => {
  test("but one that is is none", async () => {
    expect((await indexOf(container)).chunks.map(({ file }) => file)).toEqual([0, 1, 2]);
  });

  test.each<[what: string, change: (index: ContainerIndex) => unknown]>([
    ["no chunk", (index) => ({ ...index, chunks: [] })],
    ["the first left out", ({ chunks, ...index }) => ({ ...index, chunks: chunks.slice(1) })],
    ["one left out", ({ chunks, ...index }) => ({ ...index, chunks: chunks.toSpliced(1, 1) })],
    ["the last left out", ({ chunks, ...index }) => ({ ...index, chunks: chunks.slice(0, -1) })],
    ["another order", ({ chunks, ...index }) => ({ ...index, chunks: chunks.toReversed() })],
    [
      "a chunk of another file",
      ({ chunks, ...index }) => ({ ...index, chunks: chunks.map((one) => ({ ...one, file: 2 })) }),
    ],
    ["no object", () => null],
    ["no chunks", ({ header }) => ({ header })],
    ["chunks that are none", (index) => ({ ...index, chunks: [null] })],
    ["chunks without numbers", (index) => ({ ...index, chunks: [{ at: "x", file: 0 }] })],
  ])("%s", async (_what, change) => {
    const bytes = await withIndex(change);
    await expect(indexOf(bytes)).rejects.toBeInstanceOf(FormatFault);
    const stream = streamSource(Readable.from([bytes]));
    const reading = Array.fromAsync(readChunks(stream, await openContainer(stream)));
    await expect(reading).rejects.toBeInstanceOf(FormatFault);
  });
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { requirePrograms } from "@winvm/test-kit";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { fileSource, streamSource, type ByteSource } from "../../src/portable/byte-source.ts";
import {
  chunkBytes,
  FormatFault,
  pageBytes,
  type ContainerHeader,
} from "../../src/portable/format.ts";
import { packPages } from "../../src/portable/pages.ts";
import {
  openContainer,
  pickChunks,
  readChunks,
  readIndex,
} from "../../src/portable/read-container.ts";
import { restoreChunks } from "../../src/portable/restore.ts";
import { writeContainer } from "../../src/portable/write-container.ts";

const scratch = mkdtempSync(join(tmpdir(), "winvm-container-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let files = 0;

async function scratchFile(sizeBytes: number): Promise<FileHandle> {
  const handle = await open(join(scratch, String((files += 1))), "wx+");
  await handle.truncate(sizeBytes);
  return handle;
}

/** A file as a test describes it: where it has bytes, and how long it is. */
interface Made {
  readonly sizeBytes: number;
  readonly parts: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

const made: fc.Arbitrary<Made> = fc.record({
  sizeBytes: fc.oneof(fc.nat(50_000), fc.nat(chunkBytes + 50_000)),
  parts: fc.array(
    fc.record({
      offset: fc.oneof(
        fc.nat(chunkBytes + 50_000),
        fc.integer({ min: 0, max: 40 }).map((page) => page * pageBytes),
      ),
      bytes: fc.uint8Array({ maxLength: 3 * pageBytes, size: "max" }),
    }),
    { maxLength: 6 },
  ),
});

async function make({ sizeBytes, parts }: Made): Promise<FileHandle> {
  const handle = await scratchFile(sizeBytes);
  for (const { offset, bytes } of parts) {
    const fits = Math.max(0, Math.min(bytes.length, sizeBytes - offset));
    if (fits > 0) await handle.write(bytes, 0, fits, offset);
  }
  return handle;
}

async function contentOf(handle: FileHandle): Promise<Buffer> {
  const { size } = await handle.stat();
  const bytes = Buffer.alloc(size);
  if (size > 0) await handle.read(bytes, 0, size, 0);
  return bytes;
}

function headerOf(sizes: readonly number[]): ContainerHeader {
  const list = sizes.map((sizeBytes, index) => ({
    name: `file${index}`,
    sizeBytes,
    mode: 0o600,
    dataBytes: sizeBytes,
  }));
  return { state: "s", entries: [{ kind: "states", key: "s", manifest: "{}", files: list }] };
}

async function pack(handles: readonly FileHandle[]): Promise<Buffer> {
  const sizes = await Promise.all(handles.map(async (handle) => (await handle.stat()).size));
  const bytes: Buffer[] = [];
  await writeContainer(
    headerOf(sizes),
    handles.map((handle, index) => ({
      handle,
      extents: [{ offsetBytes: 0, sizeBytes: sizes[index] ?? 0 }],
    })),
    async (piece) => void bytes.push(Buffer.from(piece)),
  );
  return Buffer.concat(bytes);
}

async function unpackAll(source: ByteSource): Promise<readonly FileHandle[]> {
  const container = await openContainer(source);
  const list = container.header.entries.flatMap((entry) => entry.files);
  const restored = await Promise.all(
    list.map(async ({ sizeBytes, dataBytes }) => ({
      sizeBytes,
      dataBytes,
      handle: await scratchFile(sizeBytes),
    })),
  );
  try {
    await restoreChunks(readChunks(source, container), restored);
  } catch (error) {
    await Promise.all(restored.map(({ handle }) => handle.close()));
    throw error;
  }
  return restored.map(({ handle }) => handle);
}

/** The container as a stream whose pieces end anywhere. */
function streamOf(bytes: Buffer, piece = 1000): ByteSource {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.subarray(at, at + piece));
  return streamSource(Readable.from(pieces));
}

async function small(): Promise<Buffer> {
  const text = Buffer.from("some text of a file ".repeat(40));
  await using one = await make({ sizeBytes: 20_000, parts: [{ offset: 9000, bytes: text }] });
  await using two = await make({ sizeBytes: 5000, parts: [{ offset: 0, bytes: text }] });
  // Not before that are the files closed.
  return await pack([one, two]);
}

test("packing keeps what is not zero, in its place", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(0, 0, 1)), {
        maxLength: 8,
      }),
      fc.integer({ min: 0, max: pageBytes - 1 }),
      (stretches, odd) => {
        const parts = stretches.map(([pages, fill]) => Buffer.alloc(pages * pageBytes, fill));
        const original = Buffer.concat([...parts, Buffer.alloc(odd, 7)]);
        const bytes = Buffer.from(original);
        const { runs, end } = packPages(bytes, 0, bytes.length, 0);
        const back = Buffer.alloc(original.length);
        let from = 0;
        for (const { offset, length } of runs) {
          bytes.copy(back, offset, from, from + length);
          from += length;
        }
        expect(from).toBe(end);
        expect(back.equals(original)).toBe(true);
        const zeroPages = parts
          .filter((part) => part[0] === 0)
          .reduce((n, part) => n + part.length, 0);
        expect(end).toBe(original.length - zeroPages);
      },
    ),
  );
});

/** The name of the error that reading a container gives. */
async function refusal(bytes: Buffer): Promise<string> {
  return unpackAll(streamOf(bytes)).then(
    () => "none",
    (thrown: unknown) => (thrown as Error).name,
  );
}

describe("the container", { timeout: 60_000 }, () => {
  test("any files with any holes come back, as a stream or by the index", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(made, { minLength: 1, maxLength: 3 }), async (list) => {
        await using stack = new AsyncDisposableStack();
        const originals = await Promise.all(list.map(async (one) => stack.use(await make(one))));
        const bytes = await pack(originals);
        const back = (await unpackAll(streamOf(bytes, 70_001))).map((handle) => stack.use(handle));
        for (const [index, original] of originals.entries()) {
          const restored = back[index] as FileHandle;
          expect((await contentOf(restored)).equals(await contentOf(original))).toBe(true);
        }
        // One file alone, without the others' bytes.
        const path = join(scratch, `c${(files += 1)}`);
        writeFileSync(path, bytes);
        const source = fileSource(stack.use(await open(path)), bytes.length);
        const container = await openContainer(source);
        const index = await readIndex(source, container);
        const last = originals.length - 1;
        const alone = stack.use(await scratchFile(list[last]?.sizeBytes ?? 0));
        const wanted = list.map(({ sizeBytes }, number) => ({
          sizeBytes,
          dataBytes: sizeBytes,
          handle: number === last ? alone : undefined,
        }));
        const records = index.chunks.filter(({ file }) => file === last);
        await restoreChunks(pickChunks(source, records), wanted);
        expect(
          (await contentOf(alone)).equals(await contentOf(originals[last] as FileHandle)),
        ).toBe(true);
      }),
      { numRuns: 10 },
    );
  });

  test("any flipped bit is detected, and any cut, and anything added", async () => {
    const bytes = await small();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: bytes.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        async (at, bit) => {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ (1 << bit);
          expect(["FormatFault", "NewerFormat"]).toContain(await refusal(changed));
          expect(await refusal(bytes.subarray(0, at))).toBe("FormatFault");
        },
      ),
      { numRuns: 150 },
    );
    expect(await refusal(Buffer.concat([bytes, Buffer.from([0])]))).toBe("FormatFault");
  });

  test("the same by the index", async () => {
    const bytes = await small();
    const path = join(scratch, "flipped");
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (at) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 0x10;
        for (const content of [changed, bytes.subarray(0, at)]) {
          writeFileSync(path, content);
          await using handle = await open(path);
          const source = fileSource(handle, content.length);
          const read = async (): Promise<void> => {
            const container = await openContainer(source);
            const { chunks } = await readIndex(source, container);
            const list = container.header.entries.flatMap((entry) => entry.files);
            await restoreChunks(
              pickChunks(source, chunks),
              list.map((one) => ({ ...one, handle: undefined })),
            );
          };
          await expect(read()).rejects.toThrow(/\S/);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("a fault says where it is", async () => {
    const bytes = await small();
    const container = await openContainer(streamOf(bytes));
    const source = streamOf(bytes);
    await openContainer(source);
    const [first] = await Array.fromAsync(readChunks(source, container));
    const changed = Buffer.from(bytes);
    const inside = (first?.at ?? 0) + 80;
    changed[inside] = (changed[inside] ?? 0) ^ 1;
    const error = await unpackAll(streamOf(changed)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FormatFault);
    expect((error as FormatFault).at).toBe(first?.at);
  });

  test("more data than the header says is a fault", async () => {
    await using original = await scratchFile(3 * pageBytes);
    await original.write("data", pageBytes);
    const packed = {
      handle: original,
      extents: [{ offsetBytes: pageBytes, sizeBytes: pageBytes }],
    };
    const header = headerOf([3 * pageBytes]);
    for (const [dataBytes, name] of [
      [pageBytes, "none"],
      [pageBytes - 1, "FormatFault"],
      [0, "FormatFault"],
    ] as const) {
      const bytes: Buffer[] = [];
      const entries = header.entries.map((entry) => ({
        ...entry,
        files: entry.files.map((one) => ({ ...one, dataBytes })),
      }));
      await writeContainer({ ...header, entries }, [packed], async (piece) => {
        bytes.push(Buffer.from(piece));
      });
      expect(await refusal(Buffer.concat(bytes))).toBe(name);
    }
  });

  test("holes stay holes", async () => {
    const content = Buffer.alloc(pageBytes, 3);
    const sizeBytes = 1 << 30;
    await using original = await make({
      sizeBytes,
      parts: [{ offset: 1 << 29, bytes: content }],
    });
    const bytes: Buffer[] = [];
    // As the file system tells it: with a zero page behind the data.
    const extents = [{ offsetBytes: 1 << 29, sizeBytes: 2 * pageBytes }];
    await writeContainer(headerOf([sizeBytes]), [{ handle: original, extents }], async (piece) => {
      bytes.push(Buffer.from(piece));
    });
    const all = Buffer.concat(bytes);
    expect(all.length).toBeLessThan(2000);
    const [back] = await unpackAll(streamOf(all));
    await using restored = back as FileHandle;
    const { size, blocks } = await restored.stat();
    expect(size).toBe(sizeBytes);
    expect(blocks * 512).toBeLessThan(1 << 16);
  });

  test("it is a zstd file to others", { tags: ["host"] }, async (context) => {
    requirePrograms(context, { zstd: "zstd" });
    const file = join(scratch, "theirs.winvm");
    writeFileSync(file, await small());
    const text = Buffer.from("some text of a file ".repeat(40));
    const plain = spawnSync("zstd", ["-dcq", file]);
    expect({ status: plain.status, stderr: String(plain.stderr) }).toEqual({
      status: 0,
      stderr: "",
    });
    const page = (offset: number): Buffer => {
      const bytes = Buffer.alloc(pageBytes);
      text.copy(bytes, offset);
      return bytes;
    };
    expect(plain.stdout.equals(Buffer.concat([page(9000 - 2 * pageBytes), page(0)]))).toBe(true);
    expect(statSync(file).size).toBe(readFileSync(file).length);
  });
});

import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { temporaryDirectory } from "@winvm/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockwise, digestKindOf, digestOfFile, sameDigest } from "../src/store/digest.ts";
import { Stamps, stampOfFile } from "../src/store/stamps.ts";

const MiB = 2 ** 20;

/** A file of 100 MiB with a few bytes here and there. */
function sparseFile(file: string, pieces: readonly (readonly [number, string])[]): void {
  const descriptor = openSync(file, "w");
  ftruncateSync(descriptor, 100 * MiB);
  for (const [offset, text] of pieces) writeSync(descriptor, text, offset);
  closeSync(descriptor);
}

describe("digests", () => {
  test("of a file: what sha256sum prints, also across buffers", async () => {
    const file = join(temporaryDirectory(), "file");
    const content = Buffer.alloc(9 * MiB + 5, "content");
    writeFileSync(file, content);
    expect(await digestKindOf(file)).toBe("sha256");
    expect(await digestOfFile(file, "sha256")).toEqual({
      sha256: createHash("sha256").update(content).digest("hex"),
    });
  });

  test("of a sparse file: by its data, the same when its holes are filled", async () => {
    const directory = temporaryDirectory();
    const [sparse, filled] = [join(directory, "sparse"), join(directory, "filled")];
    sparseFile(sparse, [
      [0, "a"],
      [70 * MiB - 3, "across a block"],
      [100 * MiB - 1, "z"],
    ]);
    expect(await digestKindOf(sparse)).toBe("dataSha256");
    writeFileSync(filled, readFileSync(sparse));
    expect(statSync(filled).blocks).toBeGreaterThan(statSync(sparse).blocks);
    const digest = await digestOfFile(sparse, "dataSha256");
    expect(await digestOfFile(filled, "dataSha256")).toEqual(digest);
  });

  test.each<[string, (file: string) => void]>([
    [
      "a byte in a hole",
      (file) =>
        sparseFile(file, [
          [0, "a"],
          [50 * MiB, "x"],
        ]),
    ],
    ["the data at another place", (file) => sparseFile(file, [[64 * 1024, "a"]])],
    ["one byte more at the end", (file) => truncateSync(file, 100 * MiB + 1)],
    ["nothing left", (file) => sparseFile(file, [])],
  ])("of a sparse file, other with %s", async (_name, change) => {
    const file = join(temporaryDirectory(), "file");
    sparseFile(file, [[0, "a"]]);
    const before = await digestOfFile(file, "dataSha256");
    change(file);
    expect(sameDigest(before, await digestOfFile(file, "dataSha256"))).toBe(false);
  });

  test("extents become whole blocks in order, each once, within the file", () => {
    const block = 64 * 1024;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3 * block), fc.integer({ min: 1, max: 3 * block }))),
        (steps) => {
          let end = 0;
          const extents = steps.map(([gap, sizeBytes]) => {
            const offsetBytes = end + gap;
            end = offsetBytes + sizeBytes;
            return { offsetBytes, sizeBytes };
          });
          const wide = blockwise(extents, end);
          let last = 0;
          for (const { offsetBytes, sizeBytes } of wide) {
            expect(offsetBytes % block).toBe(0);
            expect(offsetBytes).toBeGreaterThanOrEqual(last);
            expect(sizeBytes % block === 0 || offsetBytes + sizeBytes === end).toBe(true);
            last = offsetBytes + sizeBytes;
          }
          expect(last).toBeLessThanOrEqual(end);
          for (const { offsetBytes, sizeBytes } of extents) {
            for (const at of [offsetBytes, offsetBytes + sizeBytes - 1]) {
              expect(
                wide.some((w) => w.offsetBytes <= at && at < w.offsetBytes + w.sizeBytes),
              ).toBe(true);
            }
          }
        },
      ),
    );
  });
});

/** Reads a file that is old enough, and remembers it. */
async function learnt(directory: string, file: string): Promise<void> {
  await setTimeout(30);
  const stamps = await Stamps.open(join(directory, "stamps.json"));
  await stamps.digest("file", file, "sha256");
  await stamps.save();
}

describe("stamps", () => {
  test.each<[string, boolean, (file: string) => void]>([
    ["that nobody touched", true, () => {}],
    ["that was read", true, (file) => readFileSync(file)],
    [
      "of which a byte was changed, and its times set back",
      false,
      (file) => {
        const { atime, mtime } = statSync(file);
        writeFileSync(file, "Content");
        utimesSync(file, atime, mtime);
      },
    ],
    [
      "that was replaced by a copy",
      false,
      (file) => {
        copyFileSync(file, `${file}.copy`);
        writeFileSync(file, "");
        copyFileSync(`${file}.copy`, file);
      },
    ],
  ])("a file %s is known: %s", async (_name, known, change) => {
    const directory = temporaryDirectory();
    const file = join(directory, "file");
    writeFileSync(file, "content");
    await learnt(directory, file);
    change(file);
    const stamps = await Stamps.open(join(directory, "stamps.json"));
    expect(stamps.known("file", await stampOfFile(file), "sha256") !== undefined).toBe(known);
  });

  test("a file that was changed a moment ago is not remembered", async () => {
    const directory = temporaryDirectory();
    const file = join(directory, "file");
    const stamps = await Stamps.open(join(directory, "stamps.json"));
    // A busy host may stop us between the two.
    for (let age = Infinity; age > 15;) {
      writeFileSync(file, "content");
      const digesting = stamps.digest("file", file, "sha256");
      age = Date.now() - statSync(file).ctimeMs;
      expect(await digesting).toHaveProperty("sha256");
    }
    expect(stamps.known("file", await stampOfFile(file), "sha256")).toBeUndefined();
  });

  test("a damaged cache is no harm", async () => {
    const directory = temporaryDirectory();
    const file = join(directory, "file");
    writeFileSync(file, "content");
    writeFileSync(join(directory, "stamps.json"), "{half");
    await learnt(directory, file);
    const stamps = await Stamps.open(join(directory, "stamps.json"));
    expect(stamps.known("file", await stampOfFile(file))).toHaveProperty("sha256");
  });
});

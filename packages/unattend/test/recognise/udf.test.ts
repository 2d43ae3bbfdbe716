import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { bytesOf, type Bytes } from "../../src/recognise/image/bytes.ts";
import { findFile, findNode } from "../../src/recognise/image/node.ts";
import { crc16 } from "../../src/recognise/udf/descriptor.ts";
import { openEntry } from "../../src/recognise/udf/file-entry.ts";
import type { LogicalVolume } from "../../src/recognise/udf/logical-volume.ts";
import { readUdf } from "../../src/recognise/udf/volume.ts";
import { udfImage, type UdfEntry, type UdfImageOptions } from "./support/udf-image.ts";

const long = Buffer.from(Array.from({ length: 9000 }, (_, at) => at % 251));
const files: Readonly<Record<string, UdfEntry>> = {
  "readme.txt": { content: Buffer.from("hello") },
  sources: {
    directory: {
      "install.wim": { content: long, form: "long" },
      "EI.CFG": { content: Buffer.from("[Channel]\r\nRetail\r\n"), form: "embedded" },
      "boot.wim": { content: long, form: "extended" },
      "continued.bin": { content: long, form: "continued" },
      "名前.txt": { content: Buffer.from("16 bits a character") },
    },
  },
};

async function open(options: Partial<UdfImageOptions> = {}) {
  const volume = await readUdf(bytesOf("test.iso", udfImage({ files, ...options })));
  if (volume === undefined) throw new Error("no UDF");
  return volume;
}

async function content(file: Bytes | undefined): Promise<Buffer> {
  if (file === undefined) throw new Error("no such file");
  return file.read(0, file.sizeBytes);
}

describe("readUdf", () => {
  test("lists directories and reads files in every form, without regard to case", async () => {
    const { root, volumeId } = await open({ volumeId: "GRMCULXFRER_EN_DVD" });
    expect(volumeId).toBe("GRMCULXFRER_EN_DVD");
    expect((await root.children()).map(({ name, directory }) => [name, directory])).toEqual([
      ["readme.txt", false],
      ["sources", true],
    ]);
    for (const name of ["install.wim", "boot.wim", "continued.bin"]) {
      expect(await content(await findFile(root, `Sources/${name.toUpperCase()}`))).toEqual(long);
    }
    const config = await findFile(root, "sources/ei.cfg");
    expect((await content(config)).toString()).toBe("[Channel]\r\nRetail\r\n");
    expect((await content(await findFile(root, "sources/名前.txt"))).toString()).toBe(
      "16 bits a character",
    );
    expect(await findNode(root, "sources/none/deeper")).toBeUndefined();
    expect(await findFile(root, "sources")).toBeUndefined();
  });

  test("reads ranges across blocks", async () => {
    const file = await findFile((await open()).root, "sources/install.wim");
    expect(await file?.read(2000, 5000)).toEqual(long.subarray(2000, 7000));
    await expect(file?.read(8999, 2)).rejects.toMatchObject({ code: "UNATTEND_ISO_DAMAGED" });
  });

  test.each([[["last"]], [[512]], [[256, "last"]]] as const)(
    "finds the anchor in %j",
    async (anchors) => {
      const { root } = await open({ anchors });
      expect(await root.children()).toHaveLength(2);
    },
  );

  test("takes the reserve where the main sequence is spoilt", async () => {
    expect(await (await open({ spoilMain: true })).root.children()).toHaveLength(2);
  });

  test("without any anchor it is damaged, without UDF it is none", async () => {
    await expect(open({ anchors: [] })).rejects.toThrow(/no anchor/);
    expect(await readUdf(bytesOf("zeros", Buffer.alloc(100 * 2048)))).toBeUndefined();
  });
});

describe("mkudffs", { tags: ["host"] }, () => {
  test.for([
    ["hd", "0x0102"],
    ["hd", "0x0201"],
    ["dvd", "0x0102"],
  ] as const)(
    "made a volume (%s, revision %s) whose empty root is read",
    async ([media, revision], context) => {
      requirePrograms(context, { mkudffs: "udftools" });
      const volume = await readUdf(bytesOf("a.udf", await formatted(media, revision)));
      expect(volume?.volumeId).toBe("GRÜSSE");
      expect(await volume?.root.children()).toEqual([]);
    },
  );

  test("made what only rewritable media have, which is refused for that", async (context) => {
    requirePrograms(context, { mkudffs: "udftools" });
    const bytes = bytesOf("a.udf", await formatted("cdrw", "0x0150"));
    await expect(readUdf(bytes)).rejects.toMatchObject({
      code: "UNATTEND_ISO_INVALID",
      happened: expect.stringContaining("*UDF Sparable Partition"),
    });
  });
});

async function formatted(media: string, revision: string): Promise<Buffer> {
  const file = join(temporaryDirectory(), "a.udf");
  writeFileSync(file, Buffer.alloc(8 * 2 ** 20));
  const type = [`--media-type=${media}`, "--blocksize=2048", `--udfrev=${revision}`];
  await runProgram("mkudffs", ["--utf8", ...type, "--label=GRÜSSE", file]);
  return readFileSync(file);
}

test("extents of just under 1 GiB lead far beyond 4 GiB", async () => {
  const reads: number[] = [];
  const largest = 2 ** 30 - 2048;
  const lengths = [largest, largest, largest, largest, largest, 10_240];
  const size = lengths.reduce((sum, length) => sum + length, 0);
  const descriptor = Buffer.alloc(2048);
  descriptor.writeUInt16LE(261, 0);
  descriptor.writeUInt8((5 + 1) & 0xff, 4); // the sum of the tag's own bytes
  descriptor.writeUInt16LE(1, 34);
  descriptor.writeBigUInt64LE(BigInt(size), 56);
  descriptor.writeUInt32LE(lengths.length * 16, 172);
  for (const [at, length] of lengths.entries()) {
    descriptor.writeUInt32LE(length, 176 + at * 16);
    descriptor.writeUInt32LE(10 + at * (largest / 2048), 176 + at * 16 + 4);
  }
  const image: Bytes = {
    name: "big.iso",
    sizeBytes: size + 10 * 2048,
    read: async (position, length) => {
      reads.push(position);
      return Buffer.alloc(length, 7);
    },
  };
  const volume: LogicalVolume = {
    image,
    volumeId: "BIG",
    fileSet: { length: 0, kind: "recorded", location: 0, partition: 0 },
    place: (_partition, block) => block * 2048,
    readBlocks: async () => descriptor,
  };
  const file = await openEntry(volume, "big.wim", volume.fileSet);
  expect(file.sizeBytes).toBe(size);
  await file.read(size - 4096, 4096);
  expect(reads).toEqual([10 * 2048 + size - 4096]);
  reads.length = 0;
  await file.read(largest - 100, 200);
  expect(reads).toHaveLength(2);
});

test("the CRC is the one that ECMA-167 gives as its example", () => {
  expect(crc16(Buffer.of(0x70, 0x6a, 0x77))).toBe(0x3299);
});

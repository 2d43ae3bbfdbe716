import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { dataExtents } from "../../src/index.ts";

const MiB = 2 ** 20;

describe("dataExtents", { tags: ["host"] }, () => {
  beforeEach((context) => requirePrograms(context, { "qemu-img": "qemu-utils" }));

  test("finds the data of a sparse file, and nothing in its holes", async () => {
    const file = join(temporaryDirectory(), "a,b");
    const descriptor = openSync(file, "w");
    ftruncateSync(descriptor, 64 * MiB);
    for (const offset of [0, 32 * MiB]) writeSync(descriptor, "data", offset);
    closeSync(descriptor);
    const extents = await dataExtents(file);
    for (const offset of [0, 32 * MiB]) {
      expect(
        extents.some((e) => e.offsetBytes <= offset && offset < e.offsetBytes + e.sizeBytes),
      ).toBe(true);
    }
    expect(extents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThan(2 * MiB);
  });

  test("a file of data, an empty file, no file", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "data"), Buffer.alloc(MiB, 1));
    writeFileSync(join(directory, "empty"), "");
    expect(await dataExtents(join(directory, "data"))).toEqual([
      { offsetBytes: 0, sizeBytes: MiB },
    ]);
    expect(await dataExtents(join(directory, "empty"))).toEqual([]);
    await expect(dataExtents(join(directory, "none"))).rejects.toMatchObject({
      code: "QEMU_DISK_NOT_FOUND",
    });
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeFloppy } from "../src/index.ts";
import type { FileMap } from "../src/index.ts";
import { awkwardFiles, fileMaps } from "./support/file-maps.ts";
import { readFat } from "./support/read-fat.ts";

describe("writeFloppy", () => {
  test("makes a 1.44 MB disk that another FAT implementation reads back", async () => {
    const image = writeFloppy(awkwardFiles);
    expect(image.length).toBe(1_474_560);
    expect(await readFat(image)).toEqual(awkwardFiles);
  });

  test("does so for any files", async () => {
    await fc.assert(
      fc.asyncProperty(fileMaps, async (files) => {
        expect(await readFat(writeFloppy(files))).toEqual(files);
      }),
      { numRuns: 50 },
    );
  });

  test("does not depend on the order of the files", () => {
    const turned = Object.fromEntries(Object.entries(awkwardFiles).reverse());
    expect(writeFloppy(turned).equals(writeFloppy(awkwardFiles))).toBe(true);
  });

  test("can be filled to the last cluster and not further", async () => {
    const full: FileMap = { "A.BIN": Buffer.alloc(2847 * 512, 7) };
    expect(await readFat(writeFloppy(full))).toEqual(full);
    expect(() => writeFloppy({ "A.BIN": Buffer.alloc(2847 * 512 + 1) })).toThrow(
      expect.objectContaining({ code: "UNATTEND_MEDIA_INVALID" }),
    );
  });

  test("refuses more entries than the root has", () => {
    expect(() => writeFloppy(emptyFiles(223))).not.toThrow();
    expect(() => writeFloppy(emptyFiles(224))).toThrow(/at most 224 entries in the root/);
  });

  test.each([
    "",
    "/a",
    "a//b",
    "../a",
    "a/./b",
    "a:b",
    "a?",
    'a"b',
    "a\\b",
    "dot.",
    "space ",
    "con",
    "Lpt1.txt",
    "a\u0000",
    "😀",
    "x".repeat(256),
  ])("refuses the path %j", (path) => {
    expect(() => writeFloppy({ [path]: Buffer.alloc(1) })).toThrow(
      expect.objectContaining({ code: "UNATTEND_MEDIA_INVALID" }),
    );
  });

  test("tells all faults at once", () => {
    const files = {
      "a:b": Buffer.alloc(0),
      "x/y": Buffer.alloc(0),
      X: Buffer.alloc(0),
      ok: Buffer.alloc(0),
    };
    expect(() => writeFloppy(files)).toThrow(/2 faults/);
  });
});

describe("host tools", { tags: ["host"] }, () => {
  test("fsck.fat finds nothing to mend, mdir and mtype find every file", async (context) => {
    requirePrograms(context, { "fsck.fat": "dosfstools", mdir: "mtools", mtype: "mtools" });
    const directory = temporaryDirectory();
    const image = join(directory, "floppy.img");
    writeFileSync(image, writeFloppy(awkwardFiles));
    const { stdout } = await runProgram("fsck.fat", ["-n", image]);
    expect(stdout).not.toMatch(/differ|wrong|orphan|error|dirty/i);
    // mtools' own character set holds no Japanese.
    const names = Object.keys(awkwardFiles).filter((path) => /^[ -~]*$/.test(path));
    const env = { MTOOLS_SKIP_CHECK: "1", LC_ALL: "C.UTF-8" };
    const listing = await runProgram("mdir", ["-/", "-b", "-i", image, "::"], { env });
    for (const path of names) expect(listing.stdout).toContain(`::/${path}\n`);
    const one = await runProgram("mtype", ["-i", image, "::/Autounattend.xml"], { env });
    expect(one.stdout).toBe("<unattend/>");
  });
});

function emptyFiles(count: number): FileMap {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`F${at}`, Buffer.alloc(0)]));
}

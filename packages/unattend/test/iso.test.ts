import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeIso, writeIsoFile } from "../src/index.ts";
import type { FileMap } from "../src/index.ts";
import { awkwardFiles, fileMaps } from "./support/file-maps.ts";
import { readIso } from "./support/read-iso.ts";

const label = "WINVM";

describe("writeIso", () => {
  test("makes an image whose Joliet names lead to every file", () => {
    const image = writeIso({ label, files: awkwardFiles });
    expect(image.length % 2048).toBe(0);
    const { label: read, files } = readIso(image, "joliet");
    expect(read).toBe(label);
    expect(files).toEqual(awkwardFiles);
  });

  test("does so for any files; the plain names lead to the same content", () => {
    fc.assert(
      fc.property(fileMaps, (files) => {
        const image = writeIso({ label, files });
        expect(readIso(image, "joliet").files).toEqual(files);
        const plain = readIso(image, "plain").files;
        expect(contents(plain)).toEqual(contents(files));
        for (const path of Object.keys(plain)) {
          expect(path).toMatch(/^(?:[A-Z0-9_]{1,30}\/)*[A-Z0-9_]{1,30}\.[A-Z0-9_]{0,8}$/);
        }
      }),
    );
  });

  test("holds nothing but its dates and the files, in a fixed order", () => {
    const turned = Object.fromEntries(Object.entries(awkwardFiles).reverse());
    expect(
      writeIso({ label, files: turned }).equals(writeIso({ label, files: awkwardFiles })),
    ).toBe(true);
    expect(readIso(writeIso({ label, files: {} }), "joliet").files).toEqual({});
  });

  test("keeps directory records within sectors", () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`${"x".repeat(50)}${at}`, Buffer.from(String(at))]),
    );
    expect(readIso(writeIso({ label, files }), "joliet").files).toEqual(files);
  });

  test("takes names of 64 units and eight levels, and no more", () => {
    const fits = { [`${"d/".repeat(7)}${"x".repeat(64)}`]: Buffer.alloc(1) };
    expect(readIso(writeIso({ label, files: fits }), "joliet").files).toEqual(fits);
    const longName = { ["x".repeat(65)]: Buffer.alloc(1) };
    expect(() => writeIso({ label, files: longName })).toThrow(/at most 64 UCS-2 units/);
    const deep = { [`${"d/".repeat(8)}x`]: Buffer.alloc(1) };
    expect(() => writeIso({ label, files: deep })).toThrow(/at most 8 names in a path/);
  });

  test("tells all faults at once", () => {
    const files: FileMap = { "a;1": Buffer.alloc(0), "B/c": Buffer.alloc(0), b: Buffer.alloc(0) };
    expect(() => writeIso({ label: "too long for a label", files })).toThrow(/3 faults/);
    expect(() => writeIso({ label: "small", files: {} })).toThrow(
      expect.objectContaining({ code: "UNATTEND_MEDIA_INVALID" }),
    );
  });
});

describe("writeIsoFile", () => {
  test("writes the same bytes as a stream, also from files", async () => {
    const directory = temporaryDirectory();
    const big = Buffer.alloc(3_000_001, "winvm");
    writeFileSync(join(directory, "big"), big);
    const image = join(directory, "a.iso");
    const files = { ...awkwardFiles, "big.bin": { file: join(directory, "big") } };
    const length = await writeIsoFile(image, { label, files });
    const expected = writeIso({ label, files: { ...awkwardFiles, "big.bin": big } });
    expect(length).toBe(expected.length);
    expect(readFileSync(image).equals(expected)).toBe(true);
  });

  test("leaves nothing behind when it fails", async () => {
    const directory = temporaryDirectory();
    const image = join(directory, "a.iso");
    const missing = { a: Buffer.alloc(9), b: { file: join(directory, "missing") } };
    await expect(writeIsoFile(image, { label, files: missing })).rejects.toMatchObject({
      code: "UNATTEND_MEDIA_WRITE_FAILED",
    });
    const named = { "a:b": Buffer.alloc(9) };
    await expect(writeIsoFile(image, { label, files: named })).rejects.toMatchObject({
      code: "UNATTEND_MEDIA_INVALID",
    });
    mkdirSync(join(directory, "folder"));
    const folder = { a: { file: join(directory, "folder") } };
    await expect(writeIsoFile(image, { label, files: folder })).rejects.toMatchObject({
      code: "UNATTEND_MEDIA_WRITE_FAILED",
    });
    const signal = AbortSignal.abort();
    await expect(writeIsoFile(image, { label, files: awkwardFiles, signal })).rejects.toMatchObject(
      {
        code: "UNATTEND_MEDIA_WRITE_FAILED",
      },
    );
    expect(readdirSync(directory)).toEqual(["folder"]);
    expect(existsSync(image)).toBe(false);
  });
});

describe("host tools", { tags: ["host"] }, () => {
  test("isoinfo lists every file by its Joliet name and knows the label", async (context) => {
    requirePrograms(context, { isoinfo: "genisoimage" });
    const image = join(temporaryDirectory(), "a.iso");
    await writeIsoFile(image, { label, files: awkwardFiles });
    const about = await runProgram("isoinfo", ["-d", "-i", image]);
    expect(about.stdout).toContain("Volume id: WINVM\n");
    expect(about.stdout).toContain("Joliet with UCS level 3 found");
    const listing = await runProgram("isoinfo", ["-J", "-f", "-i", image]);
    const listed = listing.stdout.split("\n");
    // isoinfo has no UTF-8.
    const names = Object.keys(awkwardFiles).filter((path) => /^[ -~]*$/.test(path));
    const missing = names.filter((path) => !listed.includes(`/${path};1`));
    expect(missing).toEqual([]);
  });

  test("xorriso extracts every file with its bytes", async (context) => {
    requirePrograms(context, { xorriso: "xorriso" });
    const directory = temporaryDirectory();
    const image = join(directory, "a.iso");
    const target = join(directory, "out");
    await writeIsoFile(image, { label, files: awkwardFiles });
    const { stderr } = await runProgram("xorriso", [
      "-in_charset",
      "UTF-8",
      "-out_charset",
      "UTF-8",
      "-osirrox",
      "on",
      "-indev",
      image,
      "-extract",
      "/",
      target,
    ]);
    expect(stderr).not.toMatch(/FAILURE|SORRY|WARNING/);
    const read = Object.keys(awkwardFiles).map((path) => [path, readFileSync(join(target, path))]);
    expect(Object.fromEntries(read)).toEqual(awkwardFiles);
  });
});

function contents(files: FileMap): string[] {
  return Object.values(files)
    .map((bytes) => bytes.toString("hex"))
    .sort();
}

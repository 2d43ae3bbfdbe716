import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  arrangeEntries,
  characterDevice,
  compressZstd,
  directoryEntry,
  fileEntry,
  readTree,
  symlinkEntry,
  writeCpio,
  writeInitrd,
} from "../../src/index.ts";
import type { TreeEntry } from "../../src/index.ts";

interface Read {
  readonly name: string;
  readonly mode: number;
  readonly owner: readonly number[];
  readonly time: number;
  readonly device: readonly number[];
  readonly content: Buffer;
}

/** A reader written from the format's description only. */
function readCpio(bytes: Buffer): Read[] {
  const records: Read[] = [];
  for (let at = 0; ;) {
    expect(bytes.toString("latin1", at, at + 6)).toBe("070701");
    const field = (index: number): number =>
      Number.parseInt(bytes.toString("latin1", at + 6 + index * 8, at + 14 + index * 8), 16);
    const nameEnd = at + 110 + field(11);
    const name = bytes.toString("utf8", at + 110, nameEnd - 1);
    const start = Math.ceil(nameEnd / 4) * 4;
    const end = start + field(6);
    if (name === "TRAILER!!!") return records;
    records.push({
      name,
      mode: field(1),
      owner: [field(2), field(3)],
      time: field(5),
      device: [field(9), field(10)],
      content: bytes.subarray(start, end),
    });
    at = Math.ceil(end / 4) * 4;
  }
}

const tree: TreeEntry[] = [
  fileEntry("etc/motd", "hello\n"),
  fileEntry("bin/run", new Uint8Array([1, 2, 3]), 0o4755),
  symlinkEntry("bin/sh", "run"),
  characterDevice("dev/console", 5, 1),
  directoryEntry("tmp", 0o1777),
];

test("an archive holds every kind of entry, sorted, with parents, without owners and times", async () => {
  const records = readCpio(await writeCpio(tree));
  expect(records.map(({ name, mode }) => [name, mode.toString(8)])).toEqual([
    ["bin", "40755"],
    ["bin/run", "104755"],
    ["bin/sh", "120777"],
    ["dev", "40755"],
    ["dev/console", "20600"],
    ["etc", "40755"],
    ["etc/motd", "100644"],
    ["tmp", "41777"],
  ]);
  expect(records.every(({ owner, time }) => time === 0 && owner.every((id) => id === 0))).toBe(
    true,
  );
  expect(records.map(({ content }) => content.toString("latin1"))[2]).toBe("run");
  expect(records[4]?.device).toEqual([5, 1]);
});

test("the order of the entries makes no difference, the size is whole blocks", async () => {
  const bytes = await writeCpio(tree);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(tree, { minLength: tree.length }), async (shuffled) => {
      expect(await writeCpio(shuffled)).toEqual(bytes);
    }),
  );
  expect(bytes.byteLength % 512).toBe(0);
});

test("any names and contents come back", async () => {
  const name = fc
    .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
    .filter((text) => !/[/\0]/.test(text) && text !== "." && text !== "..");
  const contents = fc.dictionary(name, fc.uint8Array({ maxLength: 600 }));
  await fc.assert(
    fc.asyncProperty(contents, async (files) => {
      const entries = Object.entries(files).map(([path, content]) => fileEntry(path, content));
      const records = readCpio(await writeCpio(entries));
      expect(
        Object.fromEntries(records.map(({ name: path, content }) => [path, [...content]])),
      ).toEqual(
        Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, [...bytes]])),
      );
    }),
  );
});

test("the later of two entries with one path wins", () => {
  const entries = [fileEntry("a", "1"), fileEntry("a", "2", 0o755)];
  expect(arrangeEntries(entries)).toEqual([entries[1]]);
});

test("bad entries are told all at once", () => {
  const bad = [
    fileEntry("/abs", ""),
    fileEntry("a/../b", ""),
    directoryEntry("d", 0o10000),
    symlinkEntry("l", ""),
    fileEntry("file", ""),
    fileEntry("file/below", ""),
  ];
  expect(() => arrangeEntries(bad)).toThrow(
    expect.objectContaining({
      code: "DEBIAN_IMAGE_INVALID",
      data: { faults: expect.objectContaining({ length: 5 }) as unknown },
    }),
  );
});

test("zstd comes back", async () => {
  const data = Buffer.from("winvm ".repeat(10_000));
  const packed = await compressZstd(data);
  expect(packed.byteLength).toBeLessThan(200);
  expect(zstdDecompressSync(packed)).toEqual(data);
});

test("a tree on disk becomes the archive of its files, and the same bytes twice", async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "root/sub"), { recursive: true });
  const file = join(directory, "root/sub/file");
  writeFileSync(file, "content");
  // Whatever the umask.
  chmodSync(file, 0o640);
  symlinkSync("file", join(directory, "root/sub/link"));
  const entries = await readTree(join(directory, "root"));
  const one = await writeInitrd(join(directory, "one"), entries);
  const two = await writeInitrd(join(directory, "two"), entries.toReversed());
  expect(two).toEqual(one);
  const records = readCpio(zstdDecompressSync(readFileSync(join(directory, "one"))));
  expect(records.map(({ name, content }) => [name, content.toString()])).toEqual([
    ["sub", ""],
    ["sub/file", "content"],
    ["sub/link", "file"],
  ]);
  expect(records[1]?.mode).toBe(0o100640);
});

test("a file that changes while it is read is not packed", async () => {
  const directory = temporaryDirectory();
  const file = join(directory, "file");
  writeFileSync(file, "abc");
  const entry = { kind: "file", path: "f", mode: 0o644, content: { file, sizeBytes: 5 } } as const;
  await expect(writeCpio([entry])).rejects.toMatchObject({ code: "DEBIAN_IMAGE_INVALID" });
});

describe("GNU cpio", { tags: ["host"] }, () => {
  test("reads the archive", async (context) => {
    requirePrograms(context, { cpio: "cpio" });
    const listing = execFileSync("cpio", ["--list", "--numeric-uid-gid", "--verbose", "--quiet"], {
      input: await writeCpio(tree),
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
    });
    expect(listing.replaceAll(/ +/g, " ").split("\n")).toEqual([
      "drwxr-xr-x 2 0 0 0 Jan 1 1970 bin",
      "-rwsr-xr-x 1 0 0 3 Jan 1 1970 bin/run",
      "lrwxrwxrwx 1 0 0 3 Jan 1 1970 bin/sh -> run",
      "drwxr-xr-x 2 0 0 0 Jan 1 1970 dev",
      "crw------- 1 0 0 5, 1 Jan 1 1970 dev/console",
      "drwxr-xr-x 2 0 0 0 Jan 1 1970 etc",
      "-rw-r--r-- 1 0 0 6 Jan 1 1970 etc/motd",
      "drwxrwxrwt 2 0 0 0 Jan 1 1970 tmp",
      "",
    ]);
  });
});

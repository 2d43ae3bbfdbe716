import { existsSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Fault } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fetchCygwin, formatLock, readLockFile, UnattendError } from "../../src/index.ts";
import type { CygwinLock } from "../../src/index.ts";
import { readLock } from "../../src/cygwin/repository/read-lock.ts";
import { serve, writeFiles } from "./made-mirror.ts";

const emptyMd5 = "d41d8cd98f00b204e9800998ecf8427e";

/** An index of Base: a package for each path, its archive empty. */
function indexWith(paths: readonly string[], name = (at: number) => `p${at}`): string {
  const packages = paths.map(
    (path, at) =>
      `@ ${name(at)}\nsdesc: "x"\ncategory: Base\nversion: ${at}\ninstall: ${path} 0 ${emptyMd5}\n`,
  );
  return `release: cygwin\narch: x86_64\nsetup-timestamp: 1\n${packages.join("")}`;
}

/** A lock with these paths, each the archive of a package. */
function lockWith(paths: readonly string[]): CygwinLock {
  const lists = { categories: [], depends: [], provides: [], obsoletes: [], conflicts: [] };
  const packages = paths.map((path, at) => ({
    name: `p${at}`,
    version: "1",
    section: "curr",
    path,
    size: 0,
    hash: `md5:${emptyMd5}`,
    description: "x",
    ...lists,
  }));
  return { format: 1, release: "cygwin", arch: "x86_64", setupTimestamp: 1, packages };
}

async function faultsOf(work: Promise<unknown>, code: string): Promise<readonly Fault[]> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code });
  return (error as UnattendError).data["faults"] as Fault[];
}

const ours = "an archive's path, none of x86_64/setup.ini, setup.exe, cygwin.lock.json";
const names = "names that Windows can open";
const inside = "names between single slashes, no . or ..";
const file = "noarch/a.tar.xz";

/** Path, what is expected in its place, and what is told as its value. */
const hostile: readonly (readonly [path: string, expected: string, value: string])[] = [
  ["../../outside.tar.xz", inside, ".."],
  ["x86_64/../../outside", inside, ".."],
  ["x86_64/./a", inside, "."],
  ["x86_64//a", inside, ""],
  ["/etc/passwd", inside, ""],
  ["x86_64/c:/a.tar.xz", names, "c:"],
  ["x86_64/nul", names, "nul"],
  ["x86_64/COM1.tar.xz", names, "COM1.tar.xz"],
  ["con/a.tar.xz", names, "con"],
  ["x86_64/dot.", names, "dot."],
  ["x86_64/setup.ini", ours, "x86_64/setup.ini"],
  ["X86_64/SETUP.INI", ours, "X86_64/SETUP.INI"],
  ["Setup.exe", ours, "Setup.exe"],
  ["cygwin.lock.json", ours, "cygwin.lock.json"],
  [".fetch.lock", ours, ".fetch.lock"],
  ["upstream/x86_64-setup.ini", ours, "upstream/x86_64-setup.ini"],
  ["UPSTREAM/a.tar.xz", ours, "UPSTREAM/a.tar.xz"],
];

/** Two paths that cannot be together, and which of them is told. */
const together: readonly (readonly [string, string, string])[] = [
  [file, file.toUpperCase(), file],
  [file, "NOARCH/b.tar.xz", file],
  [file, `${file}/b`, `${file}/b`],
  [file, `${file}.part`, file],
  [file, `${file}.PART/b`, file],
  ["__proto__", "__PROTO__", "__proto__"],
];

describe("paths that cannot be archives of a repository", () => {
  test.each([...hostile])("%s", async (path, expected, value) => {
    const fault = { path, expected: expect.stringContaining(expected) as unknown, value };
    const base = temporaryDirectory();
    const { url, requests } = await serve({ "x86_64/setup.ini": Buffer.from(indexWith([path])) });
    const directory = join(base, "repository");
    const told = await faultsOf(
      fetchCygwin({ mirror: url, directory }),
      "UNATTEND_SETUP_INI_INVALID",
    );
    expect(told).toContainEqual(fault);
    expect(requests.filter((one) => !one.path.startsWith("x86_64/setup."))).toEqual([]);
    expect(existsSync(directory)).toBe(false);

    const lock = join(base, "lock.json");
    writeFileSync(lock, formatLock(lockWith([path])));
    expect(await faultsOf(readLockFile(lock), "UNATTEND_CYGWIN_LOCK_INVALID")).toContainEqual(
      fault,
    );
  });

  test.each([...together])("%s beside %s", async (one, other, told) => {
    for (const paths of [
      [one, other],
      [other, one],
    ]) {
      const lock = formatLock(lockWith(paths));
      const faults = await faultsOf((async () => readLock(lock))(), "UNATTEND_CYGWIN_LOCK_INVALID");
      expect(faults.map(({ path }) => path)).toEqual([told]);
    }
  });

  test("a backslash is told with its line or its entry", async () => {
    const path = String.raw`x86_64\..\a`;
    const { url } = await serve({ "x86_64/setup.ini": Buffer.from(indexWith([path])) });
    const directory = temporaryDirectory();
    expect(
      await faultsOf(fetchCygwin({ mirror: url, directory }), "UNATTEND_SETUP_INI_INVALID"),
    ).toMatchObject([{ path: "line 8", value: expect.stringContaining(path) as unknown }]);
    const lock = formatLock(lockWith([path]));
    const faults = await faultsOf((async () => readLock(lock))(), "UNATTEND_CYGWIN_LOCK_INVALID");
    expect(faults).toContainEqual({
      path: "packages[0].path",
      expected: "a word of setup.ini",
      value: path,
    });
  });

  test("all at once", async () => {
    const lock = formatLock(lockWith(hostile.map(([path]) => path)));
    const faults = await faultsOf((async () => readLock(lock))(), "UNATTEND_CYGWIN_LOCK_INVALID");
    expect(new Set(faults.map(({ path }) => path))).toEqual(new Set(hostile.map(([path]) => path)));
  });
});

test("names that every object of JavaScript has are names like any other", async () => {
  const paths = ["__proto__", "constructor", "x86_64/__proto__/toString", "x86_64/constructor"];
  const own = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const base = temporaryDirectory();
  const mirror = join(base, "mirror");
  writeFiles(mirror, {
    "x86_64/setup.ini": Buffer.from(indexWith(paths, (at) => own[at] ?? "")),
    ...Object.fromEntries(paths.map((path) => [path, Buffer.alloc(0)])),
  });
  const directory = join(base, "repository");
  const { lock } = await fetchCygwin({ mirror, directory, request: { packages: own } });
  expect(lock.packages.map(({ name }) => name)).toEqual(own.toSorted());
  for (const path of paths) expect(existsSync(join(directory, path))).toBe(true);
  expect(await readLockFile(join(directory, "cygwin.lock.json"))).toEqual(lock);
});

test("whatever is accepted lies in the repository, each in a place of its own", () => {
  const name = fc.constantFrom("a", "A", "b.part", "a.part", "..", ".", "", "con", "upstream", "é");
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
  fc.assert(
    fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 4 }), (paths) => {
      let accepted: CygwinLock;
      try {
        accepted = readLock(formatLock(lockWith(paths)));
      } catch (error) {
        if (error instanceof UnattendError) return;
        throw error;
      }
      const places = accepted.packages.map((one) => relative("/r", join("/r", one.path)));
      expect(places).toEqual(paths);
      const folded = places.map((place) => place.toUpperCase());
      const taken = new Set(folded.flatMap((place) => [place, `${place}.PART`]));
      expect(taken.size).toBe(2 * places.length);
    }),
  );
});

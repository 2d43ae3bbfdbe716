import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSetupIni, readSetupIniFile, UnattendError } from "../../src/index.ts";
import type { SetupIni } from "../../src/index.ts";
import { SetupIniParser } from "../../src/cygwin/setup-ini/parser.ts";
import { base64, md5, sample, sha512 } from "./sample.ts";
import { referenceData } from "@winvm/test-kit";
import { realIndexes } from "./real-indexes.ts";

describe("the grammar", () => {
  test("the head", async () => {
    const { packages, ...head } = await readSetupIni(Buffer.from(sample));
    expect(head).toEqual({
      release: "cygwin",
      arch: "x86_64",
      timestamp: 1_700_000_000,
      setupVersion: "2.929",
      setupMinimumVersion: "2.903",
    });
    expect([...packages.keys()]).toEqual(["alpha", "beta", "gamma"]);
  });

  test("texts over several lines, in UTF-8", async () => {
    const { alpha, beta, gamma } = await packagesOf(sample);
    expect(alpha?.longDescription).toBe(
      "It has lines,\n@ one that looks like a package,\n\nand one that is empty. Grüße: 日本",
    );
    expect(beta?.message).toEqual({ id: "note", text: "Read\nthis" });
    expect(gamma?.shortDescription).toBe("unquoted");
  });

  test("sections, hashes and sizes", async () => {
    const { alpha } = await packagesOf(sample);
    expect(
      alpha?.versions.map(({ section, version, install }) => [section, version, install]),
    ).toEqual([
      ["curr", "2.0-1", file("alpha/alpha-2.0-1.tar.xz", 123, "md5", md5)],
      ["prev", "1.9-1", file("alpha/alpha-1.9-1.tar.bz2", 122, "sha512", sha512)],
      ["test", "3.0-0.1", file("alpha/alpha-3.0-0.1.tar.zst", 2 ** 53 - 1, "md5", md5)],
      ["strange", "0.1", file("alpha/alpha-0.1.tar.gz", 0, "md5", md5)],
    ]);
    expect(alpha?.versions[0]?.source?.hash).toEqual({ algorithm: "sha512", hex: sha512 });
    expect(base64).toHaveLength(86);
  });

  test("relations, and those that a version takes from the one above", async () => {
    const { alpha, beta, gamma } = await packagesOf(sample);
    const plain = [{ name: "beta" }, { name: "gamma" }];
    const bounded = [
      { name: "beta", operator: ">=", version: "1.0" },
      { name: "gamma", operator: "<", version: "9" },
      { name: "delta", operator: "=", version: "1:2~rc1-3" },
      { name: "epsilon" },
    ];
    expect(alpha?.versions.map(({ depends }) => depends)).toEqual([plain, plain, bounded, bounded]);
    const [version] = beta?.versions ?? [];
    expect(version).toMatchObject({
      sourcePackage: "beta-src",
      provides: [{ name: "beta-api", operator: "=", version: "2" }, { name: "beta-old" }],
      conflicts: [{ name: "gamma", operator: ">", version: "8" }],
      obsoletes: [{ name: "old-beta", operator: "<=", version: "1.4" }, { name: "older-beta" }],
      buildDepends: [{ name: "cygport" }, { name: "gcc-core", operator: "=", version: "11.2" }],
    });
    expect(beta?.replaceVersions).toEqual(["1.6-1", "1.6-2"]);
    expect(gamma?.versions[0]).toMatchObject({ sourcePackage: "gamma-src", depends: [] });
  });

  test("line ends of Windows and no line end at the end change nothing", async () => {
    const expected = plainOf(await readSetupIni(Buffer.from(sample)));
    const windows = Buffer.from(sample.replaceAll("\n", "\r\n"));
    expect(plainOf(await readSetupIni(windows))).toEqual(expected);
    expect(plainOf(await readSetupIni(Buffer.from(sample.trimEnd())))).toEqual(expected);
  });

  test("a package that comes twice gets all its versions", async () => {
    const twice = `@ a\nversion: 1\n@ b\nversion: 1\n@ a\n[prev]\nversion: 0\n`;
    const { a } = await packagesOf(twice);
    expect(a?.versions.map(({ version }) => version)).toEqual(["1", "0"]);
  });

  test("nothing is an index without packages", async () => {
    expect((await readSetupIni(Buffer.alloc(0))).packages.size).toBe(0);
  });
});

describe("faults", () => {
  test.each<[string, number, string]>([
    ["@ a\nversion: 1\ninstall: p 12 abc\n", 3, "path, size in bytes and an md5 or SHA-512 hash"],
    [`@ a\nversion: 1\ninstall: p -1 ${md5}\n`, 3, "path, size in bytes"],
    [`@ a\nversion: 1\ninstall: p 12 ${md5} x\n`, 3, "path, size in bytes"],
    [`@ a\ninstall: p 12 ${md5}\n`, 1, "a version for what is installed"],
    ["@\n", 1, "one name of a package"],
    ["@ a b\n", 1, "one name of a package"],
    ["@ a\nsdesc: two words\n", 2, "one text between double quotes"],
    ['@ a\nldesc: "x\ny" z\n', 2, "one text between double quotes"],
    ['@ a\nldesc: "x\ny\nz\n', 2, "quotes that are closed"],
    ["@ a\n\n# c\nversion: 1 2\n", 4, "one version"],
    ["@ a\ndepends2: a b\n", 2, "names of packages between commas"],
    ["@ a\ndepends2: a,\n\nversion: 1\n", 2, "names of packages between commas"],
    ["@ a\ndepends2: a (~ 1)\n", 2, "names of packages between commas"],
    ["@ a\ndepends2: a (>= 1\n", 2, "names of packages between commas"],
    ["@ a\nrequires: a, b\n", 2, "names of packages between blanks"],
    ["@ a\n[prev\n", 2, "a section"],
    ["@ a\nmessage: x\n", 2, "an id and a text"],
    ["version: 1\n", 1, "@ and a package's name before"],
    ["@ a\nrelease: x\n", 2, "keys of the file before the first package"],
    ["setup-timestamp: soon\n", 1, "seconds since 1970"],
    ["<html>\n", 1, "a key with a colon"],
  ])("%j", async (text, line, expected) => {
    const { faults } = await faultsOf(text);
    expect(faults[0]).toMatchObject({
      path: `line ${line}`,
      expected: expect.stringContaining(expected) as unknown,
    });
  });

  test("all of them come at once, each with its line, and the lines after a text are counted", async () => {
    const text = '@ a\nldesc: "1\n2\n3"\nversion:\n?\n\n@ b\nrequires: (\n';
    const { faults } = await faultsOf(text);
    expect(faults.map(({ path, value }) => [path, value])).toEqual([
      ["line 5", ""],
      ["line 6", "?"],
      ["line 9", "("],
    ]);
  });

  test("a file that is none ends after 100 faults", async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        given += 1;
        yield Buffer.from("?\n".repeat(50_000));
      }
    }
    const { faults } = await faultsOf(endless());
    expect(faults).toHaveLength(100);
    expect(given).toBeLessThan(5);
  });

  test("a line without an end and a text without an end are faults, not a full memory", async () => {
    const long = "x".repeat(3 << 20);
    expect((await faultsOf(`@ a\n${long}\n?\n`)).faults).toMatchObject([
      { path: "line 2", expected: expect.stringContaining("lines of at most") as unknown },
      { path: "line 3" },
    ]);
    const lines = "version: 1\n".repeat(200_000);
    expect((await faultsOf(`@ a\nldesc: "${lines}?\n`)).faults).toMatchObject([
      { path: "line 2", expected: "quotes that are closed" },
      { path: "line 200002", value: "?" },
    ]);
  });

  test("a file that cannot be read", async () => {
    await expect(readSetupIniFile("/nowhere/setup.ini")).rejects.toMatchObject({
      code: "UNATTEND_CYGWIN_UNREADABLE",
    });
  });
});

describe("any bytes, in any chunks", () => {
  const bytes = Buffer.from(sample);

  test("every way to cut the sample in two gives the same", () => {
    const expected = outcome([bytes]);
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(outcome([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
    }
    expect(outcome(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)))).toEqual(expected);
  });

  test.each([
    "depends2: a,\n",
    "srcpkg: a\n",
    "version: 1\n[x]\n",
    '"',
    '@"',
    '\n"',
    'sdesc: "\n"\n',
    'depends2: a, "b" (',
    " ",
    ",\n",
    "\0",
    "#",
    '# "\n',
    '[prev]\nldesc: "',
  ])(
    "four million bytes of %j come to an end",
    (piece) => {
      // Some tens of milliseconds; what grows with the square of the length would take minutes.
      const chunks = [Buffer.from('@ a\nldesc: "b"\n'), Buffer.alloc(4 << 20, piece)];
      expect(() => outcome(chunks)).not.toThrow();
    },
    30_000,
  );

  test("a chunk may be used for something else once it was taken", async () => {
    const chunk = Buffer.alloc(7);
    function* reused(): Generator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += chunk.length) {
        const length = bytes.copy(chunk, 0, at, at + chunk.length);
        yield chunk.subarray(0, length);
      }
    }
    const expected = plainOf(await readSetupIni(bytes));
    expect(plainOf(await readSetupIni(reused()))).toEqual(expected);
  });

  test("random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.array(fc.nat(2000)), (input, cuts) => {
        const { whole, cut } = bothWays(input, cuts);
        expect(cut).toEqual(whole);
      }),
    );
  });

  const fragments = sample
    .split(/(?<=[\n" ,:()@[\]])/)
    .concat('"', "\n", "@ x\n", ",\n", "(>= 1)", "\0");

  test("the sample's pieces in any order", () => {
    const pieces = fc.array(fc.constantFrom(...fragments), { maxLength: 200 });
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(4000)), (parts, cuts) => {
        const { whole, cut } = bothWays(Buffer.from(parts.join("")), cuts);
        expect(cut).toEqual(whole);
      }),
    );
  });

  test("real files with bytes changed, taken out and put in twice", (context) => {
    const real = [realIndexes.overlay, realIndexes.calm, realIndexes.calmProcessed];
    const files = real.map((name) => readFileSync(referenceData(context, name)));
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const edits = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 20 });
    const places = fc.array(fc.nat(90_000), { maxLength: 5 });
    fc.assert(
      fc.property(fc.nat(real.length - 1), edits, places, (number, changes, cuts) => {
        const { whole, cut } = bothWays(mutate(files[number] ?? bytes, changes), cuts);
        expect(cut).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });
});

/** Reads the whole, and the same cut into chunks: two outcomes. */
function bothWays(
  input: Uint8Array,
  cuts: readonly number[],
): { readonly whole: unknown; readonly cut: unknown } {
  const places = [0, ...cuts.filter((at) => at < input.length).toSorted((a, b) => a - b)];
  const chunks = places.map((at, number) => input.subarray(at, places[number + 1]));
  return { whole: outcome([input]), cut: outcome(chunks) };
}

function mutate(content: Buffer, edits: readonly (readonly [number, number])[]): Buffer {
  let copy = Buffer.from(content);
  for (const [place, byte] of edits) {
    const at = Math.floor(place * (copy.length - 1));
    if (byte % 3 === 0) copy.writeUInt8(byte, at);
    else if (byte % 3 === 1) copy = Buffer.concat([copy.subarray(0, at), copy.subarray(at + byte)]);
    else copy = Buffer.concat([copy.subarray(0, at + byte), copy.subarray(at)]);
  }
  return copy;
}

describe("real files", () => {
  test("the index of 2014 is read in full", async (context) => {
    const bytes = readFileSync(referenceData(context, realIndexes.of2014));
    const index = await readSetupIni(bytes);
    expect(index).toMatchObject({
      release: "cygwin",
      arch: "x86_64",
      timestamp: 1_413_407_427,
      setupVersion: "2.850",
    });
    const lines = bytes.toString().split("\n");
    const count = (start: string): number => lines.filter((line) => line.startsWith(start)).length;
    const all = [...index.packages.values()].flatMap(({ versions }) => versions);
    expect(index.packages.size).toBe(count("@ "));
    expect(all).toHaveLength(count("version: "));
    expect(all.filter(({ install }) => install)).toHaveLength(count("install: "));
    expect(all.filter(({ section }) => section === "prev")).toHaveLength(count("[prev]"));
    expect(all.filter(({ section }) => section === "test")).toHaveLength(count("[test]"));
  });

  for (const name of Object.values(realIndexes).slice(1)) {
    test(`${name} is read in full`, async (context) => {
      const index = await readSetupIniFile(referenceData(context, name));
      expect(index.setupMinimumVersion).toBe("2.903");
    });
  }
});

async function packagesOf(text: string): Promise<Record<string, Package | undefined>> {
  return Object.fromEntries((await readSetupIni(Buffer.from(text))).packages);
}

type Package = SetupIni["packages"] extends ReadonlyMap<string, infer Value> ? Value : never;

function file(path: string, size: number, algorithm: string, hex: string): unknown {
  return { path: `x86_64/release/${path}`, size, hash: { algorithm, hex } };
}

/** Everything that an index says, as plain values. */
function plainOf(index: SetupIni): unknown {
  const packages = [...index.packages.values()].map((one) => ({
    ...pick(one, ["name", "categories", "message", "replaceVersions"]),
    ...pick(one, ["shortDescription", "longDescription"]),
    versions: one.versions.map((version) => ({
      ...pick(version, ["version", "section", "install", "source", "sourcePackage"]),
      ...pick(version, ["depends", "buildDepends", "obsoletes", "provides", "conflicts"]),
    })),
  }));
  return { ...index, packages };
}

function pick<T>(value: T, keys: readonly (keyof T)[]): Partial<T> {
  const picked: Partial<T> = {};
  for (const key of keys) picked[key] = value[key];
  return picked;
}

/** How reading ends: with a value, or with faults. Each chunk is looked at as it comes. */
function outcome(chunks: readonly Uint8Array[]): unknown {
  const parser = new SetupIniParser(1);
  for (const chunk of chunks) parser.push(chunk);
  try {
    return plainOf(parser.finish("setup.ini"));
  } catch (error) {
    if (!(error instanceof UnattendError)) throw error;
    return error.data["faults"];
  }
}

async function faultsOf(
  source: string | AsyncIterable<Uint8Array>,
): Promise<{ faults: { path: string; value: string }[] }> {
  const error: unknown = await readSetupIni(
    typeof source === "string" ? [Buffer.from(source)] : source,
  ).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UnattendError);
  expect(error).toMatchObject({ code: "UNATTEND_SETUP_INI_INVALID" });
  return (error as UnattendError).data as unknown as {
    faults: { path: string; value: string }[];
  };
}

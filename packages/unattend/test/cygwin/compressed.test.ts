import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { runProgram } from "@winvm/runtime";
import { referenceData, requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSetupIni, readSetupIniFile, resolveCygwin } from "../../src/index.ts";
import type { SetupIni } from "../../src/index.ts";
import { faultsOf, fetchTo, refusal } from "./fetching.ts";
import { archives, mirrorFiles, readFiles, serve } from "./made-mirror.ts";
import { realIndexes } from "./real-indexes.ts";

const plain = mirrorFiles()["x86_64/setup.ini"];
const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const packed = zstdCompressSync(plain, checked);
const signature = Buffer.from([0x89, 1]);

/** What an index says; its lists are taken apart when they are looked at. */
function said(index: SetupIni): string {
  return JSON.stringify(resolveCygwin(index));
}

test("a plain index may be longer than a compressed one", async () => {
  const comments = Buffer.alloc(70_000_000, "#\n");
  expect(said(await readSetupIni(Buffer.concat([plain, comments])))).toBe(
    said(await readSetupIni(plain)),
  );
});

describe("an index that zstd has compressed", () => {
  test("is read like the plain one, by what is in the file and not by its name", async () => {
    const file = join(temporaryDirectory(), "setup.ini");
    writeFileSync(file, packed);
    expect(said(await readSetupIniFile(file))).toBe(said(await readSetupIni(plain)));
  });

  test("of several frames and cut anywhere is read to its end", async () => {
    const expected = said(await readSetupIni(plain));
    const skippable = Buffer.concat([
      Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]),
      packed.subarray(0, 3),
    ]);
    const at = fc.nat(plain.length);
    const cuts = fc.array(fc.nat(), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(at, cuts, fc.boolean(), async (middle, where, skip) => {
        const bytes = Buffer.concat([
          zstdCompressSync(plain.subarray(0, middle)),
          ...(skip ? [skippable] : []),
          zstdCompressSync(plain.subarray(middle), checked),
        ]);
        const places = where.map((one) => one % bytes.length).sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, n) => bytes.subarray(from, places[n]));
        expect(said(await readSetupIni(chunks))).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });

  test("that is damaged is refused wherever the damage is", async () => {
    for (let at = 4; at < packed.length; at += 17) {
      const cut = packed.subarray(0, at);
      const changed = Buffer.from(packed);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      for (const bytes of [cut, changed, Buffer.concat([packed, packed.subarray(0, at)])]) {
        const error = await refusal(readSetupIni(bytes), "UNATTEND_SETUP_INI_INVALID");
        expect(error.hint).toBeDefined();
      }
    }
    const error = await refusal(
      readSetupIni(packed.subarray(0, 100), { name: "x" }),
      "UNATTEND_SETUP_INI_INVALID",
    );
    expect(faultsOf(error)).toMatchObject([
      { path: "x", expected: "what zstd has compressed, whole and unchanged" },
    ]);
  });

  test("and would be too large is given up before memory is", async () => {
    const block = zstdCompressSync(Buffer.alloc(1 << 24, `#${"x".repeat(1000)}\n`));
    const bomb = Buffer.concat(Array.from({ length: 17 }, () => block));
    const error = await refusal(readSetupIni(bomb), "UNATTEND_SETUP_INI_INVALID");
    expect(faultsOf(error)).toMatchObject([{ expected: "at most 268435456 bytes" }]);
  });

  test.each([
    ["xz", Buffer.from("fd377a585a000004", "hex"), "xz -d"],
    ["bzip2", Buffer.from("BZh91AY&SY"), "bzip2 -d"],
    ["gzip", gzipSync(plain), "gzip -d"],
  ])("by %s is named, with what unpacks it", async (name, bytes, command) => {
    const error = await refusal(readSetupIni(bytes), "UNATTEND_SETUP_INI_INVALID");
    expect(faultsOf(error)).toMatchObject([{ value: `compressed by ${name}` }]);
    expect(error.hint).toContain(command);
  });

  test("of any size by zstd itself, as mirrors have it", { tags: ["host"] }, async (context) => {
    requirePrograms(context, { zstd: "zstd" });
    const file = referenceData(context, realIndexes.of2014);
    const place = join(temporaryDirectory(), "setup.zst");
    await runProgram("zstd", ["-q", "-10", file, "-o", place]);
    const [one, other] = [await readSetupIniFile(place), await readSetupIni(readFileSync(file))];
    expect([...one.packages.keys()]).toEqual([...other.packages.keys()]);
    expect(said(one)).toBe(said(other));
  });
});

describe("a mirror", () => {
  const both = { ...mirrorFiles(), "x86_64/setup.zst": packed };

  test("with setup.zst is asked for it and its signature, not for setup.ini", async () => {
    const { url, requests } = await serve({
      ...both,
      "x86_64/setup.zst.sig": signature,
      "x86_64/setup.ini.sig": Buffer.from("of the other"),
    });
    const directory = temporaryDirectory();
    await fetchTo(directory, url);
    const asked = requests.map(({ path }) => path).filter((path) => path.includes("setup"));
    expect(asked).toEqual(["x86_64/setup.zst", "x86_64/setup.zst.sig"]);
    const there = readFiles(directory);
    expect(there).toMatchObject(archives);
    expect(there["upstream/x86_64-setup.zst"]).toEqual(packed);
    expect(there["upstream/x86_64-setup.zst.sig"]).toEqual(signature);
    expect(Object.keys(there)).not.toContain("upstream/x86_64-setup.ini");
  });

  test.each([
    ["has none", undefined],
    ["refuses it", 403],
    ["answers with a page", 200],
  ])("that %s is asked for setup.ini", async (_what, status) => {
    const { url } = await serve(mirrorFiles(), {
      instead(path, response) {
        if (status === undefined || path !== "x86_64/setup.zst") return false;
        response.writeHead(status).end("<html>no such file</html>");
        return true;
      },
    });
    const directory = temporaryDirectory();
    await fetchTo(directory, url);
    expect(readFiles(directory)["upstream/x86_64-setup.ini"]).toEqual(plain);
  });

  test("whose setup.zst is damaged is told so", async () => {
    const { url } = await serve({ ...both, "x86_64/setup.zst": packed.subarray(0, 200) });
    const error = await refusal(fetchTo(temporaryDirectory(), url), "UNATTEND_SETUP_INI_INVALID");
    expect(error.message).toContain(`x86_64/setup.zst of ${url}/`);
  });

  test("that has gone over to setup.zst leaves no setup.ini of an earlier fetch", async () => {
    const directory = temporaryDirectory();
    await fetchTo(directory, (await serve(mirrorFiles())).url);
    await fetchTo(directory, (await serve(both)).url);
    expect(Object.keys(readFiles(directory)).filter((path) => path.startsWith("up"))).toEqual([
      "upstream/x86_64-setup.zst",
    ]);
  });
});

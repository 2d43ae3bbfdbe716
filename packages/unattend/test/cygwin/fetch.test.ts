import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { readLockFile, readSetupIni, resolveCygwin } from "../../src/index.ts";
import type { FetchProgress } from "../../src/index.ts";
import { faultsOf, fetchTo, refusal } from "./fetching.ts";
import { archives, bytes, mirrorFiles, readFiles, serve, writeFiles } from "./made-mirror.ts";

const alpha = "x86_64/release/alpha/alpha-1.0-1.tar.xz";
const gamma = "noarch/release/gamma/gamma-3-1.tar.xz";
const signature = Buffer.from([0x89, 1, 2, 3]);

describe("a repository", () => {
  test("has a reduced index, the archives, the lock, and the mirror's index with its signature", async () => {
    const files = { ...mirrorFiles(), "x86_64/setup.ini.sig": signature };
    const { url } = await serve(files);
    const directory = join(temporaryDirectory(), "new", "repository");
    const steps: FetchProgress[] = [];
    const fetched = await fetchTo(directory, url, { onProgress: (step) => void steps.push(step) });

    const there = readFiles(directory);
    expect(Object.keys(there)).toEqual(
      [
        ...Object.keys(archives),
        "cygwin.lock.json",
        "upstream/x86_64-setup.ini",
        "upstream/x86_64-setup.ini.sig",
        "x86_64/setup.ini",
      ].sort(),
    );
    expect(there).toMatchObject(archives);
    expect(there["upstream/x86_64-setup.ini"]).toEqual(files["x86_64/setup.ini"]);
    expect(there["upstream/x86_64-setup.ini.sig"]).toEqual(signature);
    expect(fetched).toMatchObject({
      fetchedBytes: 370_002,
      reusedFiles: 0,
      signature: { found: true, checked: false },
    });
    expect(steps.at(-1)).toEqual({ bytes: 370_002, totalBytes: 370_002, files: 4, totalFiles: 4 });
    expect(await readLockFile(join(directory, "cygwin.lock.json"))).toEqual(fetched.lock);

    // The reduced index says of the chosen packages what the mirror's says, and has no others.
    const reduced = await readSetupIni(there["x86_64/setup.ini"] ?? Buffer.alloc(0));
    const whole = await readSetupIni(files["x86_64/setup.ini"]);
    expect([...reduced.packages.keys()]).toEqual(["alpha", "beta", "empty", "gamma"]);
    expect(resolveCygwin(reduced)).toEqual(resolveCygwin(whole));
  });

  test("is the same from a directory, from a URL, and from the lock alone", async () => {
    const base = temporaryDirectory();
    const mirror = join(base, "mirror");
    writeFiles(mirror, mirrorFiles());
    const { url, requests } = await serve(archives);
    const { lock } = await fetchTo(join(base, "a"), mirror);
    await fetchTo(join(base, "b"), `file://${mirror}`);
    await fetchTo(join(base, "c"), `${url}/`, { lock });
    expect(readFiles(join(base, "b"))).toEqual(readFiles(join(base, "a")));
    const { "upstream/x86_64-setup.ini": _, ...others } = readFiles(join(base, "a"));
    expect(readFiles(join(base, "c"))).toEqual(others);
    expect(requests.map(({ path }) => path)).not.toContain("x86_64/setup.ini");
  });

  test("what is there and right is not fetched again, what is wrong is", async () => {
    const { url, requests } = await serve(mirrorFiles());
    const directory = temporaryDirectory();
    await fetchTo(directory, url);
    const before = readFiles(directory);
    writeFileSync(join(directory, gamma), bytes(70_001, 9));
    truncateSync(join(directory, alpha), 1000);
    requests.length = 0;
    const again = await fetchTo(directory, url);
    expect(again).toMatchObject({ fetchedBytes: 370_001, reusedFiles: 2 });
    expect(requests.map(({ path }) => path).sort()).toEqual(
      [alpha, gamma, "x86_64/setup.zst", "x86_64/setup.ini", "x86_64/setup.ini.sig"].sort(),
    );
    expect(readFiles(directory)).toEqual(before);
  });

  test.each([1, 2, 3])("no more than %i files come at a time", async (parallel) => {
    let open = 0;
    let most = 0;
    const { url } = await serve(mirrorFiles(), {
      instead(_path, response) {
        open += 1;
        most = Math.max(most, open);
        response.once("close", () => void (open -= 1));
        return false;
      },
      cutAfter: (_path, number) => (number === 1 ? 10 : undefined),
    });
    const directory = temporaryDirectory();
    await fetchTo(directory, url, { parallel });
    expect(readFiles(directory)).toMatchObject(archives);
    expect(most).toBeLessThanOrEqual(parallel);
  });

  test("a signature of an earlier index goes when the new one has none", async () => {
    const directory = temporaryDirectory();
    const signed = await serve({ ...mirrorFiles(), "x86_64/setup.ini.sig": signature });
    await fetchTo(directory, signed.url);
    const plain = await serve(mirrorFiles());
    expect(await fetchTo(directory, plain.url)).toMatchObject({ signature: { found: false } });
    expect(existsSync(join(directory, "upstream/x86_64-setup.ini.sig"))).toBe(false);
  });
});

describe("a connection that breaks", () => {
  test("in the middle: the rest is asked for", async () => {
    const { url, requests } = await serve(mirrorFiles(), {
      cutAfter: (path, number) => (path === alpha && number < 3 ? 100_000 : undefined),
    });
    const directory = temporaryDirectory();
    await fetchTo(directory, url);
    expect(readFiles(directory)).toMatchObject(archives);
    const ranges = requests.filter(({ path }) => path === alpha).map(({ range }) => range);
    expect(ranges).toHaveLength(3);
    expect(ranges.slice(1)).toEqual([
      expect.stringMatching(/^bytes=\d+-$/),
      expect.stringMatching(/^bytes=\d+-$/),
    ]);
  });

  test.each([true, false])(
    "with a mirror that cannot begin in the middle, lengths told: %s: all comes anew",
    async (lengths) => {
      const { url } = await serve(mirrorFiles(), {
        ranges: false,
        lengths,
        cutAfter: (_path, number) => (number === 1 ? 60_000 : undefined),
      });
      const directory = temporaryDirectory();
      await fetchTo(directory, url);
      expect(readFiles(directory)).toMatchObject(archives);
    },
  );

  test("each time: what has arrived stays, and the next call goes on from there", async () => {
    const directory = temporaryDirectory();
    const bad = await serve(mirrorFiles(), {
      cutAfter: (path, number) => (path === alpha ? (number === 1 ? 150_000 : 0) : undefined),
    });
    const error = await refusal(fetchTo(directory, bad.url), "UNATTEND_CYGWIN_MIRROR_FAILED");
    expect(error.message).toContain(`get ${alpha} from ${bad.url}/: `);
    expect(error.message).toContain("3 times");
    expect(existsSync(join(directory, "cygwin.lock.json"))).toBe(false);
    expect(existsSync(join(directory, "x86_64/setup.ini"))).toBe(false);
    const part = readFileSync(join(directory, `${alpha}.part`));
    expect(part.length).toBeGreaterThan(0);

    const good = await serve(mirrorFiles());
    await fetchTo(directory, good.url);
    expect(good.requests.find(({ path }) => path === alpha)?.range).toBe(`bytes=${part.length}-`);
    const there = readFiles(directory);
    expect(there).toMatchObject(archives);
    expect(Object.keys(there).filter((path) => path.endsWith(".part"))).toEqual([]);
  });

  test("a beginning that is not the file's is thrown away, as is one that is too long", async () => {
    const { url } = await serve(mirrorFiles());
    const directory = temporaryDirectory();
    writeFiles(directory, {
      [`${alpha}.part`]: bytes(1000, 77),
      [`${gamma}.part`]: bytes(80_000, 3),
    });
    await fetchTo(directory, url);
    expect(readFiles(directory)).toMatchObject(archives);
  });

  test("a server that is busy is asked again; one that says nothing is given up and asked again", async () => {
    const seen = new Set<string>();
    const { url } = await serve(mirrorFiles(), {
      instead(path, response) {
        if (seen.has(path)) return false;
        seen.add(path);
        if (path === alpha) response.writeHead(503).end("busy");
        else return path === gamma;
        return true;
      },
    });
    const directory = temporaryDirectory();
    await fetchTo(directory, url, { idleTimeoutMs: 2000 });
    expect(readFiles(directory)).toMatchObject(archives);
  });

  test("nobody there", async () => {
    const directory = join(temporaryDirectory(), "none");
    const error = await refusal(
      fetchTo(directory, "http://127.0.0.1:1/pub"),
      "UNATTEND_CYGWIN_MIRROR_FAILED",
    );
    expect(error.message).toMatch(/ECONNREFUSED|bad port/);
    expect(existsSync(directory)).toBe(false);
  });

  test("the caller's signal ends it at once", async () => {
    const controller = new AbortController();
    const { url } = await serve(mirrorFiles(), { instead: (path) => path === alpha });
    const reason = new Error("enough");
    const work = fetchTo(temporaryDirectory(), url, {
      signal: controller.signal,
      idleTimeoutMs: 60_000,
      onProgress: () => controller.abort(reason),
    });
    await expect(work).rejects.toBe(reason);
    const pause = fetchTo(temporaryDirectory(), "http://127.0.0.1:1/", {
      retryDelayMs: 60_000,
      signal: AbortSignal.timeout(50),
    });
    await expect(pause).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("an index that lies", () => {
  const lies: Readonly<Record<string, (index: string) => string>> = {
    "a file is longer": (index) => index.replace(" 70001 ", " 70000 "),
    "a file is shorter": (index) => index.replace(" 300000 ", " 300001 "),
    "a hash is another": (index) => index.replace(/(tar\.zst 1 )./, "$1x").replace("1 x", "1 0"),
    "an empty file is none": (index) => index.replace("empty-1-1.tar.xz 0 ", "empty-1-1.tar.xz 1 "),
  };

  for (const [what, lie] of Object.entries(lies)) {
    test.each([
      ["HTTP", true],
      ["HTTP without lengths", false],
      ["a directory", undefined],
    ])(`${what}: %s`, async (_how, lengths) => {
      const base = temporaryDirectory();
      const files = mirrorFiles(lie);
      writeFiles(join(base, "mirror"), files);
      const mirror =
        lengths === undefined ? join(base, "mirror") : (await serve(files, { lengths })).url;
      const directory = join(base, "deep", "repository");
      const error = await refusal(fetchTo(directory, mirror), "UNATTEND_CYGWIN_FILE_WRONG");
      expect(faultsOf(error)).toHaveLength(1);
      expect(existsSync(join(base, "deep"))).toBe(false);
    });
  }

  test("all lies are told at once, and what was there before stays as it was", async () => {
    const { url } = await serve({
      ...mirrorFiles(),
      [alpha]: bytes(300_000, 99),
      [gamma]: bytes(70_002, 3),
    });
    const directory = temporaryDirectory();
    writeFiles(directory, {
      "mine.txt": Buffer.from("mine"),
      "noarch/release/empty/empty-1-1.tar.xz": Buffer.alloc(0),
      [gamma]: Buffer.from("of another version"),
    });
    const before = readFiles(directory);
    const error = await refusal(fetchTo(directory, url), "UNATTEND_CYGWIN_FILE_WRONG");
    expect(faultsOf(error)).toEqual([
      { path: gamma, expected: "70001 bytes", value: "70002 bytes" },
      {
        path: alpha,
        expected: expect.stringMatching(/^sha512:/) as unknown,
        value: expect.stringMatching(/^sha512:/) as unknown,
      },
    ]);
    expect(readFiles(directory)).toEqual(before);
    expect(existsSync(join(directory, "x86_64"))).toBe(false);
  });

  test("files that the mirror does not have", async () => {
    const { [alpha]: _a, [gamma]: _g, ...rest } = mirrorFiles();
    const { url } = await serve(rest);
    const error = await refusal(
      fetchTo(temporaryDirectory(), url),
      "UNATTEND_CYGWIN_MIRROR_FAILED",
    );
    expect(faultsOf(error).map(({ path, value }) => [path, value])).toEqual([
      [gamma, "not there"],
      [alpha, "not there"],
    ]);
  });

  test("an index of another architecture, and none at all", async () => {
    const directory = join(temporaryDirectory(), "repository");
    const other = await serve({ "x86/setup.ini": mirrorFiles()["x86_64/setup.ini"] });
    const error = await refusal(
      fetchTo(directory, other.url, { arch: "x86" }),
      "UNATTEND_SETUP_INI_INVALID",
    );
    expect(faultsOf(error)).toMatchObject([{ path: "arch", expected: "x86", value: "x86_64" }]);
    await refusal(fetchTo(directory, other.url), "UNATTEND_CYGWIN_MIRROR_FAILED");
    const forbidden = await serve(
      {},
      {
        instead(_path, response) {
          response.writeHead(403).end();
          return true;
        },
      },
    );
    const refused = await refusal(
      fetchTo(directory, forbidden.url),
      "UNATTEND_CYGWIN_MIRROR_FAILED",
    );
    expect(refused.message).toContain("HTTP status 403");
    expect(forbidden.requests.map(({ path }) => path)).toEqual([
      "x86_64/setup.zst",
      "x86_64/setup.ini",
    ]);
    expect(existsSync(directory)).toBe(false);
  });

  test("a repository that cannot be written", async () => {
    const { url } = await serve(mirrorFiles());
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "noarch"), "a file where a directory should be");
    await refusal(fetchTo(directory, url), "UNATTEND_MEDIA_WRITE_FAILED");
    mkdirSync(join(directory, "free"));
    await expect(fetchTo(join(directory, "free"), url)).resolves.toBeDefined();
  });
});

import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatLock,
  readLockFile,
  readSetupIni,
  readSetupIniFile,
  resolveCygwin,
} from "../../src/index.ts";
import { indexOf } from "../../src/cygwin/repository/index-file.ts";
import { lockOf } from "../../src/cygwin/repository/lock.ts";
import { readLock } from "../../src/cygwin/repository/read-lock.ts";
import { faultsOf, fetchTo, refusal } from "./fetching.ts";
import { mirrorFiles, serve } from "./made-mirror.ts";

describe("a lock", () => {
  test("has to hold what is asked for beside it", async () => {
    const base = temporaryDirectory();
    const { url, requests } = await serve(mirrorFiles());
    const { lock } = await fetchTo(join(base, "a"), url);
    const held = { categories: ["base"], packages: ["alpha=1.0-1", "beta=curr", "gamma"] };
    await fetchTo(join(base, "b"), url, { lock, request: held, arch: "x86_64" });
    requests.length = 0;
    const other = { categories: ["Games"], packages: ["unused", "alpha=2"] };
    const error = await refusal(
      fetchTo(join(base, "c"), url, { lock, request: other, arch: "x86" }),
      "UNATTEND_CYGWIN_UNRESOLVED",
    );
    expect(faultsOf(error)).toEqual([
      { path: "arch", expected: "x86_64", value: "x86" },
      { path: "package unused", expected: "a package of the lock", value: "not there" },
      { path: "package alpha=2", expected: "the lock's version, 1.0-1 [curr]", value: "2" },
      { path: "category Games", expected: "a category of the lock's packages", value: "not there" },
    ]);
    expect(requests).toEqual([]);
  });

  test("of any packages says all that the installer has to know, and gives an index that says the same", async () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9+_-]{0,8}$/);
    const packages = fc.uniqueArray(
      fc.record({
        name,
        description: fc.string({ unit: "binary" }).map((text) => text.replaceAll('"', "")),
        version: fc.stringMatching(/^[0-9][0-9a-z.~+]{0,6}-[0-9]{1,2}$/),
        size: fc.nat(),
        bounded: fc.boolean(),
      }),
      { selector: (one) => one.name, minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(packages, async (made) => {
        const text = made.map(({ name: own, description, version, size, bounded }, at) => {
          const next = made[(at + 1) % made.length];
          const bound = bounded ? ` (>= ${next?.version})` : "";
          return `@ ${own}\nsdesc: "${description}"\ncategory: Base\nversion: ${version}\ninstall: x86_64/${own}-${version}.tar.xz ${size} ${"a".repeat(32)}\ndepends2: ${next?.name}${bound}\n`;
        });
        const head = "release: cygwin\narch: x86_64\nsetup-timestamp: 5\n";
        const plan = resolveCygwin(await readSetupIni(Buffer.from(head + text.join(""))));
        const lock = lockOf(plan, "x86_64");
        expect(readLock(formatLock(lock))).toEqual(lock);
        const again = lockOf(resolveCygwin(await readSetupIni(indexOf(lock))), "x86_64");
        expect(again).toEqual(lock);
        expect(indexOf(again).equals(indexOf(lock))).toBe(true);
      }),
    );
  });

  test("that is damaged is told in full", async () => {
    const directory = temporaryDirectory();
    const { url } = await serve(mirrorFiles());
    const { lock } = await fetchTo(join(directory, "r"), url);
    const file = join(directory, "l.json");
    const [first, second] = lock.packages;
    const bad = {
      ...lock,
      arch: "ia64",
      packages: [
        { ...first, size: -1, hash: "md5:xyz" },
        { ...second, depends: "a" },
      ],
    };
    writeFileSync(file, JSON.stringify(bad));
    const error = await refusal(readLockFile(file), "UNATTEND_CYGWIN_LOCK_INVALID");
    expect(faultsOf(error).map(({ path }) => path)).toEqual([
      "arch",
      "packages[0].size",
      "packages[0].hash",
      "packages[1].depends",
    ]);
    writeFileSync(file, JSON.stringify({ ...lock, packages: [{ ...first, path: "../x" }] }));
    await refusal(readLockFile(file), "UNATTEND_CYGWIN_LOCK_INVALID");
    writeFileSync(file, "{");
    await refusal(readLockFile(file), "UNATTEND_CYGWIN_LOCK_INVALID");
    await refusal(readLockFile(join(directory, "none")), "UNATTEND_CYGWIN_UNREADABLE");
    writeFileSync(file, formatLock(lock));
    expect(await readLockFile(file)).toEqual(lock);
  });

  test("is written down where that is asked for; whether it can be is seen before anything is fetched", async () => {
    const base = temporaryDirectory();
    const { url, requests } = await serve(mirrorFiles());
    writeFileSync(join(base, "file"), "in the way");
    const directory = join(base, "r");
    const lockFile = join(base, "file/lock.json");
    const error = await refusal(
      fetchTo(directory, url, { lockFile }),
      "UNATTEND_MEDIA_WRITE_FAILED",
    );
    expect(error.message).toContain(join(base, "file"));
    expect(requests).toEqual([]);
    expect(existsSync(directory)).toBe(false);
    await refusal(
      fetchTo(directory, url, { lockFile: "/proc/winvm.lock.json" }),
      "UNATTEND_MEDIA_WRITE_FAILED",
    );
    // What was made to see whether it can be written goes with a fetch that comes to nothing.
    const other = join(base, "other");
    const nothing = { lockFile: join(other, "made/lock.json"), request: { packages: ["none"] } };
    await refusal(fetchTo(other, url, nothing), "UNATTEND_CYGWIN_UNRESOLVED");
    expect(existsSync(other)).toBe(false);
    const { lock } = await fetchTo(directory, url, { lockFile: join(base, "new/lock.json") });
    expect(await readLockFile(join(base, "new/lock.json"))).toEqual(lock);
  });

  test("leaves no index in upstream/ that an earlier fetch has put there", async () => {
    const directory = temporaryDirectory();
    const { url } = await serve({
      ...mirrorFiles(),
      "x86_64/setup.ini.sig": Buffer.from([0x89]),
    });
    const { lock } = await fetchTo(directory, url);
    expect(readdirSync(join(directory, "upstream"))).toHaveLength(2);
    writeFileSync(join(directory, "upstream/mine.txt"), "mine");
    await fetchTo(directory, url, { lock });
    expect(readdirSync(join(directory, "upstream"))).toEqual(["mine.txt"]);
    rmSync(join(directory, "upstream/mine.txt"));
    await fetchTo(directory, url, { lock });
    expect(existsSync(join(directory, "upstream"))).toBe(false);
  });

  test("every refusal says what to do", async () => {
    const base = temporaryDirectory();
    const index = await readSetupIni(mirrorFiles()["x86_64/setup.ini"]);
    const refusals: Readonly<Record<string, () => unknown>> = {
      "a lock that is none": () => readLock("{"),
      "a lock that is not there": () => readLockFile(join(base, "none")),
      "an index of another architecture": () => lockOf(resolveCygwin(index), "x86"),
      "a package that is not there": () => resolveCygwin(index, { packages: ["none"] }),
      "an index that is not there": () => readSetupIniFile(join(base, "none")),
    };
    for (const [what, refuse] of Object.entries(refusals)) {
      const error: unknown = await (async () => refuse())().catch((thrown: unknown) => thrown);
      expect(error, what).toMatchObject({ hint: expect.stringMatching(/^(give|ask|take) /) });
    }
  });
});

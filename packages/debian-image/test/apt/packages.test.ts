import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory, testStore } from "@winvm/test-kit";
import { afterEach, describe, expect, test, vi } from "vitest";
import { fetchPackages, resolvePackages } from "../../src/index.ts";
import type { FetchProgress } from "../../src/index.ts";

const needed = { "apt-get": "apt", "dpkg-deb": "dpkg" };

afterEach(() => vi.unstubAllEnvs());

describe("packages from apt", { tags: ["host"] }, () => {
  test("a closure is resolved as on an empty machine, fetched once, and checked", async (context) => {
    requirePrograms(context, needed);
    const cacheDirectory = join(testStore(), "debian");
    const packages = await resolvePackages(["openssh-client"], { cacheDirectory });
    const names = packages.map(({ name }) => name);
    // This machine surely has libc6; it is in the closure all the same, and before what needs it.
    expect(names).toContain("openssh-client");
    expect(names.indexOf("libc6")).toBeLessThan(names.indexOf("openssh-client"));
    await fetchPackages(packages, { cacheDirectory });
    for (const { file, sha256, sizeBytes } of packages) {
      const bytes = readFileSync(file);
      expect(bytes.byteLength).toBe(sizeBytes);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    }
    expect(await resolvePackages(["openssh-client"], { cacheDirectory })).toEqual(packages);
  });

  test("a damaged file in the cache is fetched again, with progress", async (context) => {
    requirePrograms(context, needed);
    const cacheDirectory = temporaryDirectory();
    const archives = temporaryDirectory();
    const all = await resolvePackages(["busybox-static"], { cacheDirectory });
    const packages = all.filter(({ name }) => name === "busybox-static");
    const [item] = packages;
    if (item === undefined) throw new Error("busybox-static is not in its own closure");
    mkdirSync(join(cacheDirectory, "debs"));
    writeFileSync(item.file, Buffer.alloc(item.sizeBytes));
    const progress: FetchProgress[] = [];
    const onProgress = (step: FetchProgress): unknown => progress.push(step);
    await fetchPackages(packages, { cacheDirectory, archives, onProgress });
    expect(createHash("sha256").update(readFileSync(item.file)).digest("hex")).toBe(item.sha256);
    expect(progress.at(-1)).toMatchObject({ fraction: 1, totalBytes: item.sizeBytes });
    // Nothing is left to be fetched.
    const before = progress.length;
    await fetchPackages(packages, { cacheDirectory, archives, onProgress });
    expect(progress).toHaveLength(before);
  });

  test("a package that isn't there is named", async (context) => {
    requirePrograms(context, needed);
    await expect(
      resolvePackages(["winvm-no-such-package"], { cacheDirectory: temporaryDirectory() }),
    ).rejects.toMatchObject({
      code: "DEBIAN_IMAGE_NO_PACKAGE",
      data: { packages: ["winvm-no-such-package"] },
    });
  });

  test("a machine without package lists is told so", async (context) => {
    requirePrograms(context, needed);
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "lists/partial"), { recursive: true });
    const config = join(directory, "apt.conf");
    writeFileSync(config, `Dir::State::lists "${join(directory, "lists")}";\n`);
    vi.stubEnv("APT_CONFIG", config);
    await expect(
      resolvePackages(["busybox-static"], { cacheDirectory: join(directory, "cache") }),
    ).rejects.toMatchObject({
      code: "DEBIAN_IMAGE_NO_LISTS",
      hint: expect.stringContaining("apt-get update") as string,
    });
  });

  test("a machine without apt is told what to do", async (context) => {
    requirePrograms(context, needed);
    const directory = temporaryDirectory();
    vi.stubEnv("PATH", directory);
    await expect(
      resolvePackages(["busybox-static"], { cacheDirectory: directory }),
    ).rejects.toMatchObject({ code: "DEBIAN_IMAGE_APT_MISSING" });
  });
});

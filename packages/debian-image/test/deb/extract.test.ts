import { existsSync, lstatSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory, testStore } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { tarArguments } from "../../src/deb/extract.ts";
import {
  extractPackages,
  fetchPackages,
  libraryClosure,
  resolvePackages,
} from "../../src/index.ts";
import type { DebianPackage } from "../../src/index.ts";

const needed = { "apt-get": "apt", "dpkg-deb": "dpkg" };

test("patterns become tar's, from the archive's own root", () => {
  expect(tarArguments({ include: ["usr/sbin/*"], exclude: ["usr/share/*"] })).toEqual([
    "--wildcards",
    "--wildcards-match-slash",
    "--anchored",
    "--exclude=./usr/share/*",
    "--",
    "./usr/sbin/*",
  ]);
});

async function packages(...names: string[]): Promise<DebianPackage[]> {
  const cacheDirectory = join(testStore(), "debian");
  const found = await resolvePackages(names, { cacheDirectory });
  await fetchPackages(found, { cacheDirectory });
  return found;
}

describe("unpacking", { tags: ["host"] }, () => {
  test("chosen files of many packages, in a merged /usr", async (context) => {
    requirePrograms(context, needed);
    const root = temporaryDirectory();
    await extractPackages(await packages("openssh-client"), root, {
      include: ["bin/*", "usr/bin/ssh*", "lib/x86_64-linux-gnu/libc.so*", "lib64/*"],
      exclude: ["usr/bin/ssh-add"],
    });
    expect(readlinkSync(join(root, "bin"))).toBe("usr/bin");
    expect(lstatSync(join(root, "usr/bin/ssh")).mode & 0o777).toBe(0o755);
    expect(existsSync(join(root, "usr/lib/x86_64-linux-gnu/libc.so.6"))).toBe(true);
    expect(existsSync(join(root, "usr/bin/ssh-keygen"))).toBe(true);
    expect(existsSync(join(root, "usr/bin/ssh-add"))).toBe(false);
    expect(existsSync(join(root, "usr/share"))).toBe(false);
  });

  test("the libraries of a program, with the dynamic linker and the links on the way", async (context) => {
    requirePrograms(context, needed);
    const root = temporaryDirectory();
    const all = await packages("openssh-client");
    await extractPackages(all, root, { exclude: ["usr/share/*"] });
    const closure = await libraryClosure(root, ["usr/bin/ssh"]);
    expect(closure).toContain("usr/bin/ssh");
    expect(closure).toContain("usr/lib64/ld-linux-x86-64.so.2");
    expect(closure).toContain("usr/lib/x86_64-linux-gnu/libcrypto.so.3");
    expect(closure).toEqual(closure.toSorted());
    await expect(libraryClosure(root, ["usr/bin/ssh", "usr/bin/nothing"])).rejects.toMatchObject({
      code: "DEBIAN_IMAGE_LIBRARY_MISSING",
      data: { missing: [{ library: "usr/bin/nothing" }] },
    });
  });

  test("a file that is no package is refused", async (context) => {
    requirePrograms(context, needed);
    const directory = temporaryDirectory();
    const file = join(directory, "x.deb");
    writeFileSync(file, "no package");
    const item = { name: "x", version: "1", architecture: "all", file, sha256: "", sizeBytes: 10 };
    await expect(extractPackages([item], join(directory, "root"))).rejects.toMatchObject({
      code: "DEBIAN_IMAGE_EXTRACT_FAILED",
      data: { file },
    });
  });
});

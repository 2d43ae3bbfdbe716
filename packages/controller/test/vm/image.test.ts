import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { requirePrograms, temporaryDirectory, testStore } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { buildControllerImage } from "../../src/index.ts";
import { needed, testImage } from "./machines.ts";

describe("the controller's image", { tags: ["host"], timeout: 300_000 }, () => {
  test("is small, and the same bytes each time", async (context) => {
    requirePrograms(context, needed);
    const image = await testImage();
    console.log(`controller image: ${(image.sizeBytes / 2 ** 20).toFixed(1)} MiB`);
    expect(image.sizeBytes).toBeLessThan(60 * 2 ** 20);
    const steps = new Set<string>();
    const build = () =>
      buildControllerImage({
        directory: join(temporaryDirectory(), "image"),
        cacheDirectory: join(testStore(), "debian"),
        onProgress: ({ step }) => steps.add(step),
      });
    const again = await build();
    // The store's may be of a day when Debian had other packages.
    const { packages } = again.manifest;
    const other = isDeepStrictEqual(image.manifest.packages, packages) ? image : await build();
    expect(again.manifest).toEqual(other.manifest);
    for (const name of ["kernel", "initrd"] as const)
      expect(readFileSync(again[name]).equals(readFileSync(other[name]))).toBe(true);
    expect([...steps]).toEqual(expect.arrayContaining(["resolve", "unpack", "kernel", "pack"]));
  });

  test("names no package that nothing was taken from, and no secret", async (context) => {
    requirePrograms(context, needed);
    const { manifest } = await testImage();
    const names = manifest.packages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["samba", "openssh-server", "busybox-static"]));
    expect(names.filter((name) => /python|perl|initramfs/.test(name))).toEqual([]);
  });
});

import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { CONTROLLER_RECIPE, controllerImageKey, openControllerImage } from "../../src/index.ts";
import { isUsedPackage } from "../../src/image/recipe.ts";

function image(): string {
  const directory = join(temporaryDirectory(), "image");
  mkdirSync(directory);
  for (const file of ["linux", "initrd.zst"]) writeFileSync(join(directory, file), "12345");
  const file = { sizeBytes: 5, sha256: "00" };
  const manifest = {
    format: 1,
    key: "k",
    kernelVersion: "6",
    kernel: { ...file, file: "linux" },
    initrd: { ...file, file: "initrd.zst" },
    packages: [],
  };
  writeFileSync(join(directory, "manifest.json"), JSON.stringify(manifest));
  return directory;
}

test("a complete image is opened", async () => {
  const directory = image();
  expect(await openControllerImage(directory)).toMatchObject({
    key: "k",
    kernel: join(directory, "linux"),
    initrd: join(directory, "initrd.zst"),
    sizeBytes: 10,
  });
});

test.each([
  ["is not there", (directory: string) => join(directory, "nothing")],
  [
    "is cut short",
    (directory: string) => {
      truncateSync(join(directory, "initrd.zst"), 4);
      return directory;
    },
  ],
  [
    "has another kind of manifest",
    (directory: string) => {
      writeFileSync(join(directory, "manifest.json"), '{"format":2}');
      return directory;
    },
  ],
])("an image that %s is refused", async (_what, damage) => {
  await expect(openControllerImage(damage(image()))).rejects.toMatchObject({
    code: "CONTROLLER_IMAGE_BROKEN",
  });
});

test("the key follows the recipe, and nothing else", async () => {
  const key = await controllerImageKey();
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(await controllerImageKey()).toBe(key);
  const modules = [...CONTROLLER_RECIPE.modules, "cifs"];
  expect(await controllerImageKey({ ...CONTROLLER_RECIPE, modules })).not.toBe(key);
});

test.each([
  ["samba", true],
  ["libssl3", true],
  ["linux-image-6.1.0-1-amd64", true],
  ["python3.11", false],
  ["libpython3.11", false],
  ["perl-base", false],
  ["initramfs-tools", false],
])("%s is used: %s", (name, used) => {
  expect(isUsedPackage(name, CONTROLLER_RECIPE)).toBe(used);
});

import { expect, test } from "vitest";
import { referenceIsoKey } from "../../src/index.ts";
import { parseManifest } from "../../src/iso/manifest.ts";
import { isUsedPackage, REFERENCE_RECIPE } from "../../src/iso/recipe.ts";

test("a key is 32 hexadecimal digits and stays the same", async () => {
  const key = await referenceIsoKey();
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(await referenceIsoKey()).toBe(key);
});

test.each([
  "",
  "null",
  "[]",
  "{}",
  '{"format":1}',
  '{"format":1,"key":"x","iso":{"file":"../x","sizeBytes":1},"packages":[]}',
])("no manifest: %s", (text) => {
  expect(parseManifest(text)).toBeUndefined();
});

test("every package asked for is used", () => {
  for (const name of REFERENCE_RECIPE.packages)
    expect(isUsedPackage(name, REFERENCE_RECIPE)).toBe(true);
  expect(isUsedPackage("libc6", REFERENCE_RECIPE)).toBe(true);
  expect(isUsedPackage("libx265-199", REFERENCE_RECIPE)).toBe(false);
});

import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { removeTree } from "../src/index.ts";

/** Directories below each other, `levels` deep. */
function nest(root: string, levels: number): string {
  const path = join(root, ...Array.from({ length: levels }, () => "d".repeat(200)));
  mkdirSync(path, { recursive: true });
  return path;
}

test("removeTree removes what lies deeper than a path can be long", async () => {
  const directory = join(temporaryDirectory(), "tree");
  nest(join(directory, "a"), 18);
  renameSync(join(directory, "a"), join(nest(join(directory, "b"), 10), "a"));
  await expect(rm(directory, { recursive: true, force: true })).rejects.toThrow("ENAMETOOLONG");
  await removeTree(directory);
  expect(existsSync(directory)).toBe(false);
});

test("removeTree removes a file, and what is not there", async () => {
  const file = join(temporaryDirectory(), "-file");
  writeFileSync(file, "");
  await removeTree(file);
  await removeTree(file);
  expect(existsSync(file)).toBe(false);
});

import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { makeDirectories } from "../src/index.ts";

test("makeDirectories tells the uppermost that it made", async () => {
  const root = temporaryDirectory();
  expect(await makeDirectories(join(root, "a/b/c"), { mode: 0o700 })).toBe(join(root, "a"));
  expect(statSync(join(root, "a/b")).mode & 0o777).toBe(0o700);
  expect(await makeDirectories(join(root, "a/b/c"))).toBeUndefined();
  expect(await makeDirectories(join(root, "a/b/d"))).toBe(join(root, "a/b/d"));
});

test("makeDirectories ends where something else has the name, and below /proc", async () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, "a"));
  writeFileSync(join(root, "a/file"), "");
  await expect(makeDirectories(join(root, "a/file"))).rejects.toThrow("EEXIST");
  await expect(makeDirectories(join(root, "a/file/b"))).rejects.toThrow("ENOTDIR");
  await expect(makeDirectories("/proc/winvm/a")).rejects.toThrow("ENOENT");
});

test("makeDirectories by several at once", async () => {
  const path = join(temporaryDirectory(), "a/b/c/d");
  await Promise.all(Array.from({ length: 20 }, () => makeDirectories(path)));
  expect(statSync(path).isDirectory()).toBe(true);
});

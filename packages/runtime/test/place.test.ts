import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { findPlace } from "../src/index.ts";

test("a path leads where its links do, also to a place that is free", async () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, "real"));
  writeFileSync(join(root, "real/file"), "");
  symlinkSync("real", join(root, "directory"));
  symlinkSync("directory/file", join(root, "link"));
  symlinkSync("link", join(root, "links"));
  symlinkSync("real/new", join(root, "free"));
  const leads = async (name: string) => findPlace(join(root, name));
  for (const name of ["real/file", "directory/file", "link", "links"])
    expect(await leads(name)).toEqual({ kind: "file", path: join(root, "real/file") });
  for (const name of ["real/new", "directory/new", "free"])
    expect(await leads(name)).toEqual({ kind: "file", path: join(root, "real/new") });
  expect(await leads("real")).toMatchObject({ kind: "other" });
  await expect(leads("nowhere/new")).rejects.toMatchObject({ code: "ENOENT" });
});

test("links in a ring, devices and descriptors are no files to replace", async () => {
  const root = temporaryDirectory();
  symlinkSync("ring", join(root, "ring"));
  symlinkSync("/dev/stdout", join(root, "stdout"));
  expect(await findPlace(join(root, "ring"))).toMatchObject({ kind: "other" });
  expect(await findPlace("/dev/null")).toMatchObject({ kind: "other" });
  expect(await findPlace(join(root, "stdout"))).toMatchObject({ kind: "open", descriptor: 1 });
  expect(await findPlace("/proc/self/fd/7")).toMatchObject({ kind: "open", descriptor: 7 });
  expect(await findPlace("/proc/1/fd/1")).toMatchObject({ kind: "open", descriptor: undefined });
});

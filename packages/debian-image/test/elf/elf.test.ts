import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { isElf, readDynamicSymbols, readElfNeeds, stubLibrary } from "../../src/index.ts";

test("this very program's libraries, linker and symbols are read", () => {
  const bytes = readFileSync(process.execPath);
  expect(isElf(bytes)).toBe(true);
  const { needed, interpreter } = readElfNeeds(bytes);
  expect(needed).toContain("libc.so.6");
  expect(interpreter).toMatch(/^\/lib.*ld-linux/);
  expect(readDynamicSymbols(bytes).undefined).toContain("malloc");
});

test.each([
  ["a text", Buffer.from("#!/bin/sh\n")],
  ["32 bits", Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1]), Buffer.alloc(64)])],
  ["a cut file", readFileSync(process.execPath).subarray(0, 4096)],
])("%s is refused", (_what, bytes) => {
  expect(() => readElfNeeds(bytes)).toThrow(
    expect.objectContaining({ code: "DEBIAN_IMAGE_BAD_ELF" }),
  );
});

test("a stub is one page and a little, and the same each time", () => {
  const stub = stubLibrary("libx.so.1", ["a_function", "another"]);
  expect(stub.byteLength).toBe(4096 + 7 * 16);
  expect(stubLibrary("libx.so.1", ["a_function", "another"])).toEqual(stub);
});

test("a stub has room for so many functions only", () => {
  const names = Array.from({ length: 200 }, (_, index) => `function_${index}`);
  expect(() => stubLibrary("libx.so.1", names)).toThrow(RangeError);
});

describe("the dynamic linker", { tags: ["host"] }, () => {
  test("loads a stub and finds its functions in it", (context) => {
    requirePrograms(context, { env: "coreutils", ls: "coreutils" });
    const file = join(temporaryDirectory(), "libx.so.1");
    const list = (stub: Buffer): string => {
      writeFileSync(file, stub);
      return execFileSync("env", [`LD_PRELOAD=${file}`, "ls", "/"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    };
    expect(list(stubLibrary("libx.so.1", ["never_called", "nor_this"]))).toContain("usr\n");
    // A program that does call one of its functions dies of it.
    expect(() => list(stubLibrary("libx.so.1", ["never_called", "malloc"]))).toThrow(
      expect.objectContaining({ signal: "SIGILL" }),
    );
  });
});

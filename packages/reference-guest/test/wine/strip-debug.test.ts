import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { stripDebug } from "../../src/wine/strip-debug.ts";

test("takes the debug sections of a PE file and nothing else", { tags: ["host"] }, (context) => {
  requirePrograms(context, {
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
    "x86_64-w64-mingw32-objdump": "binutils-mingw-w64-x86-64",
  });
  const directory = temporaryDirectory();
  const source = join(directory, "x.c");
  writeFileSync(source, "int main(void) { return 7; }\n");
  const file = join(directory, "x.exe");
  execFileSync("x86_64-w64-mingw32-gcc", ["-g", "-Wl,--file-alignment=4096", "-o", file, source]);
  const before = readFileSync(file);
  const after = stripDebug(before);
  expect(after.length).toBeLessThan(before.length);
  const stripped = join(directory, "y.exe");
  writeFileSync(stripped, after);
  expect(sections(stripped)).toEqual(sections(file).filter((name) => !name.startsWith(".debug_")));
  expect(stripDebug(after)).toBe(after);
});

test.each([
  ["nothing", ""],
  ["a text", "MZ is how it begins, and it goes on for more than 64 bytes without being a program"],
])("leaves %s alone", (_, text) => {
  const bytes = Buffer.from(text);
  expect(stripDebug(bytes)).toBe(bytes);
});

test("leaves every cut of a PE file alone", { tags: ["host"] }, (context) => {
  requirePrograms(context, { "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64" });
  const directory = temporaryDirectory();
  const source = join(directory, "x.c");
  writeFileSync(source, "int main(void) { return 7; }\n");
  execFileSync("x86_64-w64-mingw32-gcc", ["-g", "-o", join(directory, "x.exe"), source]);
  const bytes = readFileSync(join(directory, "x.exe"));
  for (let length = 0; length < 600; length += 7) {
    const cut = bytes.subarray(0, length);
    expect(stripDebug(cut).length).toBeLessThanOrEqual(length);
  }
});

function sections(path: string): string[] {
  const list = execFileSync("x86_64-w64-mingw32-objdump", ["-h", path], { encoding: "utf8" });
  return [...list.matchAll(/^ +\d+ (\S+)/gm)].map((match) => match[1] ?? "");
}

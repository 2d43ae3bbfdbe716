import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { launcher } from "../src/launcher/launcher.ts";

const compiler = { "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32" };

describe("winvm-launch.exe", { tags: ["host"] }, () => {
  test("two builds give the same bytes: a console program that needs kernel32 only", async (context) => {
    requirePrograms(context, compiler);
    const [one, two] = await Promise.all([
      launcher(temporaryDirectory()),
      launcher(temporaryDirectory()),
    ]);
    expect(one.equals(two)).toBe(true);
    expect(one.subarray(0, 2).toString()).toBe("MZ");
    const file = join(temporaryDirectory(), "launch.exe");
    writeFileSync(file, one);
    const { stdout } = await runProgram("x86_64-w64-mingw32-objdump", ["-p", file]);
    expect([...stdout.matchAll(/DLL Name: (\S+)/g)].map(([, name]) => name?.toLowerCase())).toEqual(
      ["kernel32.dll"],
    );
  });

  test("it is compiled once for a cache", async (context) => {
    requirePrograms(context, compiler);
    const cache = temporaryDirectory();
    const built = await launcher(cache);
    expect((await launcher(cache)).equals(built)).toBe(true);
    expect(readFileSync(join(cache, readdirSync(cache)[0] ?? "")).equals(built)).toBe(true);
  });
});

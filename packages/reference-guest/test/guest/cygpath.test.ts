import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const script = fileURLToPath(new URL("../../guest/rootfs/usr/local/bin/cygpath", import.meta.url));

function cygpath(...args: readonly string[]): string[] {
  const environment = { ...process.env, WINVM_ROOT: "/nonexistent", LC_ALL: "C.UTF-8" };
  const output = execFileSync("bash", [script, ...args], {
    encoding: "utf8",
    env: environment,
    cwd: "/",
  });
  return output.split("\n").slice(0, -1);
}

describe("cygpath", { tags: ["host"] }, () => {
  test.each([
    ["-w", "/cygdrive/c/a b/c", String.raw`C:\a b\c`],
    ["-w", "/cygdrive/c", "C:\\"],
    ["-w", "/cygdrive/d/", "D:\\"],
    ["-w", "/", String.raw`C:\cygwin64`],
    ["-w", "/home/me", String.raw`C:\cygwin64\home\me`],
    ["-w", "/tmp/xchg", "X:\\"],
    ["-w", "/tmp/xchg/in/a", String.raw`X:\in\a`],
    ["-w", "/tmp/xchgs", String.raw`C:\cygwin64\tmp\xchgs`],
    ["-w", "/nix/store/h-n", String.raw`S:\h-n`],
    ["-w", "/mnt/slot6/x", String.raw`Z:\x`],
    ["-w", "a/b", String.raw`a\b`],
    ["-w", ".", "."],
    ["-w", "/a/./b/../c//d", String.raw`C:\cygwin64\a\c\d`],
    ["-w", "/home/", "C:\\cygwin64\\home\\"],
    ["-w", "//server/share/x", String.raw`\\server\share\x`],
    ["-w", "c:/a/b", String.raw`C:\a\b`],
    ["-m", "/tmp/xchg/in", "X:/in"],
    ["-aw", "x", String.raw`C:\cygwin64\x`],
    ["-u", String.raw`C:\a b\c`, "/cygdrive/c/a b/c"],
    ["-u", "C:\\", "/cygdrive/c"],
    ["-u", "x:", "/tmp/xchg"],
    ["-u", String.raw`X:\in\a`, "/tmp/xchg/in/a"],
    ["-u", "s:/h-n", "/nix/store/h-n"],
    ["-u", String.raw`C:\cygwin64\home\me`, "/home/me"],
    ["-u", String.raw`C:\Cygwin64`, "/"],
    ["-u", String.raw`R:\usr`, "/usr"],
    ["-u", String.raw`Q:\x`, "/cygdrive/q/x"],
    ["-u", String.raw`\\server\share`, "//server/share"],
    ["-u", String.raw`a\b`, "a/b"],
    ["-u", "/usr/bin", "/usr/bin"],
    ["-up", String.raw`C:\a;X:\b`, "/cygdrive/c/a:/tmp/xchg/b"],
    ["-wp", "/cygdrive/c/a:/tmp/xchg/b", String.raw`C:\a;X:\b`],
    ["--windows", "/tmp/xchg", "X:\\"],
  ])("%s %s", (option, path, expected) => {
    expect(cygpath(option, path)).toEqual([expected]);
  });

  test("several at once, and -- before odd names", () => {
    expect(cygpath("-w", "--", "-x", "/tmp/xchg")).toEqual(["-x", "X:\\"]);
  });

  test("there and back", () => {
    const name = fc
      .string({
        unit: fc.constantFrom("a", "B", " ", ".", "ä", "$", "'", '"', "*", "`", "(", "!"),
        minLength: 1,
      })
      .filter((text) => !/^\.+$/.test(text));
    const start = fc.constantFrom(
      "/cygdrive/c",
      "/tmp/xchg",
      "/nix/store",
      "/mnt/slot3",
      "/home",
      "/cygdrive/e",
    );
    const path = fc
      .tuple(start, fc.array(name, { minLength: 1, maxLength: 4 }))
      .map(([root, names]) => [root, ...names].join("/"));
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 50 }), (paths) => {
        const windows = cygpath("-w", ...paths);
        for (const item of windows) expect(item).toMatch(/^[A-Z]:\\/);
        expect(cygpath("-u", ...windows)).toEqual(paths);
      }),
      { numRuns: 20 },
    );
  });

  test.each([[[]], [["-w"]], [["-q", "/x"]], [["-w", ""]]])("fails with %j", (args: string[]) => {
    expect(() => cygpath(...args)).toThrow("Command failed");
  });
});

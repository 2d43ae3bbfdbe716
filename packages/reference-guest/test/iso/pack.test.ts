import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { packSystem } from "../../src/iso/pack.ts";

/** As a umask of 077 makes them. */
const files = [
  ["etc/shadow", 0o600],
  ["etc/profile", 0o600],
  ["root/note", 0o600],
  ["usr/bin/run", 0o700],
  ["cygdrive/c/windows/system.ini", 0o600],
] as const;

test(
  "everybody may read and enter what is not private, whatever the umask was",
  {
    tags: ["host"],
  },
  async (context) => {
    requirePrograms(context, { mksquashfs: "squashfs-tools", unsquashfs: "squashfs-tools" });
    const root = temporaryDirectory();
    for (const [path, mode] of files) {
      mkdirSync(join(root, "system", dirname(path)), { recursive: true, mode: 0o700 });
      writeFileSync(join(root, "system", path), "");
      chmodSync(join(root, "system", path), mode);
    }
    mkdirSync(join(root, "system/tmp"));
    chmodSync(join(root, "system/tmp"), 0o1777);
    const image = join(root, "system.squashfs");
    await packSystem(join(root, "system"), image, context.signal);
    const { stdout } = await runProgram("unsquashfs", ["-lln", "-d", ".", image]);
    const modes = stdout
      .split("\n")
      .filter((line) => line.includes("./"))
      .map((line) => line.replace(/^(\S+) .* \.\/(\S+)$/, "$1 $2"));
    expect(modes).toEqual([
      "drwxr-xr-x cygdrive",
      "drwxr-xr-x cygdrive/c",
      "drwxr-xr-x cygdrive/c/windows",
      "-rw-r--r-- cygdrive/c/windows/system.ini",
      "drwxr-xr-x etc",
      "-rw-r--r-- etc/profile",
      "-rw------- etc/shadow",
      "drwx------ root",
      "-rw-r--r-- root/note",
      "drwxrwxrwt tmp",
      "drwxr-xr-x usr",
      "drwxr-xr-x usr/bin",
      "-rwxr-xr-x usr/bin/run",
    ]);
  },
);

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";
import { requirePrograms, temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { writeFloppy, writeIso } from "../src/index.ts";
import { awkwardFiles } from "./support/file-maps.ts";

const limit = { timeoutMs: 30_000 };

describe("the kernel mounts", { tags: ["host"] }, () => {
  test.for([
    [
      "an ISO",
      "iso9660",
      () => writeIso({ label: "WINVM", files: awkwardFiles }),
      "ro,loop,iocharset=utf8",
    ],
    ["a floppy", "vfat", () => writeFloppy(awkwardFiles), "ro,loop,utf8=1"],
  ] as const)(
    "%s, and finds every file with its bytes",
    async ([, type, image, options], context) => {
      requirePrograms(context, { mount: "mount", umount: "mount" });
      if (process.getuid?.() !== 0) context.skip("a mount needs root");
      const directory = temporaryDirectory();
      const file = join(directory, "image");
      const place = join(directory, "place");
      writeFileSync(file, image());
      mkdirSync(place);
      try {
        await runProgram("mount", ["-t", type, "-o", options, file, place], limit);
      } catch (error) {
        // Containers have no loop devices, may not mount, or their kernel has no such driver. Anything else is a finding.
        if (!/permi|superuser|loop device|unknown filesystem type/i.test(String(error)))
          throw error;
        context.skip(`this system does not let root mount: ${String(error).split("\n")[0]}`);
      }
      try {
        const found = readdirSync(place, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name));
        const read = found.map((path) => [path.slice(place.length + 1), readFileSync(path)]);
        expect(Object.fromEntries(read)).toEqual(awkwardFiles);
      } finally {
        await runProgram("umount", [place], limit);
      }
    },
  );
});

import { describe, expect, test } from "vitest";
import { fileFaults } from "../src/tarball.ts";

const complete = [
  "LICENSE",
  "README.md",
  "dist/index.d.ts",
  "dist/index.js",
  "dist/parts/one.js",
  "package.json",
  "src/index.ts",
  "src/parts/one.ts",
  "assets/setup.sh",
];
const sources = ["src/index.ts", "src/parts/one.ts", "assets/setup.sh"];
const without = (pattern: RegExp): string[] => complete.filter((file) => !pattern.test(file));

describe("fileFaults", () => {
  test.each([
    { what: "a complete package", packed: complete, faults: [] },
    {
      what: "a forgotten asset directory",
      packed: without(/^assets/),
      faults: ['assets/ is not in the tarball: add assets to "files"'],
    },
    {
      what: "no build",
      packed: without(/^dist/),
      faults: ["dist/ is not in the tarball: build first"],
    },
    { what: "no README", packed: without(/^README/), faults: ["missing: README.md"] },
    {
      what: "a missing source",
      packed: without(/one\.ts/),
      faults: [
        "missing: src/parts/one.ts",
        "dist/parts/one.js has no source: remove dist and build again",
      ],
    },
    {
      what: "what a rename has left behind",
      packed: [...complete, "dist/old.js"],
      faults: ["dist/old.js has no source: remove dist and build again"],
    },
    {
      what: "a test",
      packed: [...complete, "src/parts/one.test.ts", "test/fixtures/a.xml"],
      faults: ["does not belong: src/parts/one.test.ts", "does not belong: test/fixtures/a.xml"],
    },
  ])("$what", ({ packed, faults }) => {
    expect(fileFaults(new Set(packed), sources)).toEqual(faults);
  });
});

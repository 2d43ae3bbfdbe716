import { expect, test } from "vitest";
import { parsePrintUris } from "../../src/apt/uris.ts";

const HASH = "ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf";

test("a line of --print-uris becomes a package with its epoch and its place in the cache", () => {
  const line = `'http://mirror/pool/libattr1_2.5.1%2bb1-4_amd64.deb' libattr1_1%3a2.5.1+b1-4_amd64.deb 22164 SHA256:${HASH}`;
  expect(parsePrintUris(`${line}\n`, "/cache/debs")).toEqual({
    packages: [
      {
        name: "libattr1",
        version: "1:2.5.1+b1-4",
        architecture: "amd64",
        file: "/cache/debs/libattr1_1%3a2.5.1+b1-4_amd64.deb",
        sha256: HASH,
        sizeBytes: 22164,
      },
    ],
    rest: [],
  });
});

test("lines of another form are not lost", () => {
  const output = "Reading package lists...\n\n'x' y 1 MD5Sum:00\n";
  expect(parsePrintUris(output, "/c").rest).toEqual([
    "Reading package lists...",
    "'x' y 1 MD5Sum:00",
  ]);
});

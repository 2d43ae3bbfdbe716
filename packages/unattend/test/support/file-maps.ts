import * as fc from "fast-check";
import type { FileMap } from "../../src/index.ts";
import { buildTree } from "../../src/media/tree.ts";

/** Names of all kinds that a medium takes: short, long, with dots, with spaces, beyond ASCII. */
const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_~-]{1,12}$/),
  fc.stringMatching(/^[a-z0-9]{1,9}\.[a-zA-Z0-9]{1,5}$/),
  fc.stringMatching(/^[A-Za-z0-9.+_ -]{1,63}[a-z0-9]$/),
  fc.stringMatching(/^[\u00e0-\u00ff\u0410-\u044f\u4e00-\u4eff]{1,20}$/),
);

const limits = { maxLength: 64, forbidden: ";", maxDepth: 8 };

/** Up to a dozen files in directories, without paths that contradict one another. */
export const fileMaps: fc.Arbitrary<FileMap> = fc
  .dictionary(
    fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/")),
    fc.uint8Array({ maxLength: 5000 }).map((bytes) => Buffer.from(bytes)),
    { maxKeys: 12, noNullPrototype: true },
  )
  .filter((files) => buildTree(files, limits).faults.length === 0);

/** A fixed map with the awkward cases: empty and sector-sized files, deep, long and near-equal names. */
export const awkwardFiles: FileMap = {
  "Autounattend.xml": Buffer.from("<unattend/>"),
  "WINNT.SIF": Buffer.from("[Data]\r\n"),
  "small.txt": Buffer.from("small"),
  "Mixed.Txt": Buffer.from("mixed"),
  "empty.bin": Buffer.alloc(0),
  "sector.bin": Buffer.alloc(2048, 1),
  "more.bin": Buffer.alloc(2049, 2),
  "long name with spaces.tar.xz": Buffer.from("l1"),
  "long name with spaces.tar.gz": Buffer.from("l2"),
  "a.b/c.d/e-f/g+h/i.txt": Buffer.from("deep"),
  "a.b/c_d/e_f.txt": Buffer.from("near"),
  "a.b/c.d.txt": Buffer.from("dot"),
  "a-b": Buffer.from("file beside a directory"),
  [`${"n".repeat(60)}.txt`]: Buffer.from("64"),
  "straße/日本.txt": Buffer.from("names"),
  ...Object.fromEntries(
    Array.from({ length: 70 }, (_, at) => [`many/package-${at}.tar.xz`, Buffer.from(String(at))]),
  ),
};

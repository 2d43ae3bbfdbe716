import { byUnits } from "../tree.ts";
import type { TreeEntry } from "../tree.ts";

/** An entry with its identifier in one of the two name spaces. */
export interface NamedEntry<C> {
  readonly entry: TreeEntry<C>;
  readonly identifier: Buffer;
}

/** Gives the entries of one directory their identifiers, in the order in which they are recorded. */
export type NameSpace = <C>(entries: readonly TreeEntry<C>[]) => NamedEntry<C>[];

/** Joliet: the name itself in UCS-2, big-endian; files with a version. */
export const jolietNames: NameSpace = (entries) =>
  entries
    .toSorted((a, b) => compare(splitName(a.name), splitName(b.name)))
    .map((entry) => ({
      entry,
      identifier: ucs2(entry.kind === "file" ? `${entry.name};1` : entry.name),
    }));

/** Plain ISO 9660, level 2: capitals, digits and `_`, at most 30 of them; for readers that know no Joliet. */
export const plainNames: NameSpace = (entries) => {
  const taken = new Set<string>();
  return entries
    .map((entry) => ({ entry, parts: plainParts(entry, taken) }))
    .sort((a, b) => compare(a.parts, b.parts))
    .map(({ entry, parts: [base, extension] }) => ({
      entry,
      identifier: Buffer.from(entry.kind === "file" ? `${base}.${extension};1` : base, "latin1"),
    }));
};

/** Text in UCS-2, big-endian. */
export function ucs2(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

type Parts = readonly [base: string, extension: string];

function plainParts(entry: TreeEntry<unknown>, taken: Set<string>): Parts {
  const [base, extension] = splitName(entry.name).map(plain) as [string, string];
  const joined = extension === "" ? base : `${base}_${extension}`;
  const limit = 30;
  for (let number = 0; ; number += 1) {
    const tail = number === 0 ? "" : `_${number}`;
    const short = entry.kind === "directory" ? joined : base;
    const ending = entry.kind === "directory" ? "" : extension.slice(0, 8);
    const parts = [short.slice(0, limit - tail.length - ending.length) + tail, ending] as const;
    const key = parts.join(".");
    if (taken.has(key)) continue;
    taken.add(key);
    return parts;
  }
}

function splitName(name: string): Parts {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1)];
}

function plain(part: string): string {
  return part.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
}

// ECMA-119, 9.3: names are compared before extensions, the shorter one as if filled with what sorts lowest.
function compare(a: Parts, b: Parts): number {
  return byUnits(a[0], b[0]) || byUnits(a[1], b[1]);
}

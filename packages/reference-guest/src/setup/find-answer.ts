import { readsSif } from "./systems/system.ts";
import type { SetupSystem } from "./systems/system.ts";

/** A root directory in which Setup looks: the floppy, or a CD. */
export interface MediaRoot {
  /** Drive letter in lower case. */
  readonly letter: string;
  readonly removableWritable: boolean;
  /** Names in the root, and those in `I386` and `Sources` with the directory in front: `i386/winnt.sif`. */
  readonly names: readonly string[];
}

/** Where an answer file is. */
export interface AnswerPlace {
  readonly letter: string;
  /** As it is written on the medium, with `/` below a directory. */
  readonly name: string;
}

/** One place where Setup looks. */
export interface SearchedPlace {
  /** Drives whose media can be written, by letter; or those whose media can't. */
  readonly drives: "writable" | "others";
  /** In small letters, with `/` below a directory. */
  readonly name: string;
}

/**
 * Where Setup looks for its answer file, in its order.
 *
 * Vista and later (Microsoft, Windows Setup Automation Overview): `Autounattend.xml` on removable media that can be
 * written, then on those that can't, each by drive letter; then `\Sources` of the media. XP and 2003 (Windows XP SP3,
 * Deployment Tools, ref.chm): `A:\winnt.sif`, then `I386\winnt.sif` of the CD.
 *
 * @param system `undefined`: the reference guest itself, which reads both.
 */
export function searchOrder(system: SetupSystem | undefined): readonly SearchedPlace[] {
  const sif: readonly SearchedPlace[] = [
    { drives: "writable", name: "winnt.sif" },
    { drives: "others", name: "i386/winnt.sif" },
  ];
  const xml: readonly SearchedPlace[] = [
    { drives: "writable", name: "autounattend.xml" },
    { drives: "others", name: "autounattend.xml" },
    { drives: "others", name: "sources/autounattend.xml" },
  ];
  if (system === undefined) return [...sif, ...xml];
  return readsSif(system) ? sif : xml;
}

/**
 * All places where Setup finds an answer file, in the order in which it looks. Names are compared without case.
 *
 * @param system `undefined`: the reference guest itself, which reads both.
 */
export function answerPlaces(
  roots: readonly MediaRoot[],
  system: SetupSystem | undefined,
): readonly AnswerPlace[] {
  const byLetter = roots.toSorted((one, other) => (one.letter < other.letter ? -1 : 1));
  const writable = byLetter.filter(({ removableWritable }) => removableWritable);
  const others = byLetter.filter(({ removableWritable }) => !removableWritable);
  return searchOrder(system).flatMap(({ drives, name }) =>
    search(drives === "writable" ? writable : others, name),
  );
}

function search(roots: readonly MediaRoot[], wanted: string): AnswerPlace[] {
  return roots.flatMap(({ letter, names }) =>
    names.filter((item) => item.toLowerCase() === wanted).map((name) => ({ letter, name })),
  );
}

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

/**
 * All places where Setup finds an answer file, in the order in which it looks. Names are compared without case.
 *
 * Vista and later (Microsoft, Windows Setup Automation Overview): `Autounattend.xml` on removable media that can be
 * written, then on those that can't, each by drive letter; then `\Sources` of the media. XP and 2003 (Windows XP SP3,
 * Deployment Tools, ref.chm): `A:\winnt.sif`, then `I386\winnt.sif` of the CD.
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
  const floppy = byLetter.filter(({ letter }) => letter === "a");
  const sif = [...search(floppy, "winnt.sif"), ...search(others, "i386/winnt.sif")];
  const xml = [
    ...search(writable, "autounattend.xml"),
    ...search(others, "autounattend.xml"),
    ...search(others, "sources/autounattend.xml"),
  ];
  if (system === undefined) return [...sif, ...xml];
  return readsSif(system) ? sif : xml;
}

function search(roots: readonly MediaRoot[], wanted: string): AnswerPlace[] {
  return roots.flatMap(({ letter, names }) =>
    names.filter((item) => item.toLowerCase() === wanted).map((name) => ({ letter, name })),
  );
}

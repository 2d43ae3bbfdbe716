/** A root directory in which Setup looks: the floppy, or a CD. */
export interface MediaRoot {
  /** Drive letter in lower case. */
  readonly letter: string;
  readonly removableWritable: boolean;
  /** Names in the root. */
  readonly names: readonly string[];
}

/** Where the answer file is. */
export interface AnswerPlace {
  readonly letter: string;
  /** As it is written on the medium. */
  readonly name: string;
}

/**
 * The implicit search (Microsoft, Windows Setup Automation Overview): removable media that can be written first, then
 * those that can't, each by drive letter. Windows XP's Setup looks at A: for winnt.sif only; a floppy with that file is
 * meant for it. Names are compared without case.
 */
export function findAnswer(roots: readonly MediaRoot[]): AnswerPlace | undefined {
  const byLetter = roots.toSorted((one, other) => (one.letter < other.letter ? -1 : 1));
  const sif = byLetter.filter(({ letter }) => letter === "a");
  return (
    search(sif, "winnt.sif") ??
    search(
      byLetter.filter(({ removableWritable }) => removableWritable),
      "autounattend.xml",
    ) ??
    search(
      byLetter.filter(({ removableWritable }) => !removableWritable),
      "autounattend.xml",
    )
  );
}

function search(roots: readonly MediaRoot[], wanted: string): AnswerPlace | undefined {
  for (const { letter, names } of roots) {
    const name = names.find((item) => item.toLowerCase() === wanted);
    if (name !== undefined) return { letter, name };
  }
  return undefined;
}

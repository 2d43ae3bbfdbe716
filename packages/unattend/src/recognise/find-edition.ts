import type { GuestEdition, GuestProfile } from "../catalogue/profile.ts";
import type { MediaEdition } from "./media.ts";

/** An edition of a medium, and which of the profile's it is. */
export interface Chosen {
  readonly edition: MediaEdition;
  /** The name of the profile's edition, where it is one. */
  readonly known: string | undefined;
}

/** The wanted edition; without a wish the first of the profile's that is there, and of an evaluation any. */
export function findEdition(
  candidates: readonly MediaEdition[],
  profile: GuestProfile,
  wanted: string | undefined,
  evaluation: boolean,
): Chosen | undefined {
  const known = profile.setup.editions;
  const listed =
    wanted === undefined
      ? known
      : known.filter((edition) =>
          [edition.name, edition.imageName].some((name) => same(name, wanted)),
        );
  for (const one of listed) {
    const edition =
      candidates.find(({ name }) => same(name, one.imageName)) ??
      candidates.find((candidate) => isEdition(candidate, one));
    if (edition !== undefined) return { edition, known: knownOf(edition, known) };
  }
  // A server's editions with and without a desktop have the same id: the desktop is meant.
  const ordered = candidates.toSorted((a, b) => Number(a.core) - Number(b.core));
  if (wanted !== undefined) {
    const edition = ordered.find(({ name, displayName, editionId }) =>
      [name, displayName, editionId].some((own) => own !== undefined && same(own, wanted)),
    );
    return edition && { edition, known: knownOf(edition, known) };
  }
  const [first] = ordered;
  // Without a key of ours the image can be installed only where no key is needed.
  const any = first !== undefined && (evaluation || known.length === 0);
  return any ? { edition: first, known: undefined } : undefined;
}

/** By its image's name, or else by its id. */
function knownOf(edition: MediaEdition, known: readonly GuestEdition[]): string | undefined {
  const found =
    known.find(({ imageName }) => same(imageName, edition.name)) ??
    known.find((one) => isEdition(edition, one));
  return found?.name;
}

/**
 * By EDITIONID, which on evaluation media ends in `Eval`, and by whether it has a desktop. Not those of the Long-Term Servicing
 * Branch: the years have one id, and each a key of its own.
 */
export function isEdition(edition: MediaEdition, one: GuestEdition): boolean {
  const { name, editionId = "", core } = edition;
  if (/ltsb/i.test(`${name} ${one.imageName}`)) return false;
  return same(editionId.replace(/eval$/i, ""), one.id) && core === /core$/i.test(one.imageName);
}

/** Equal but for case. */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

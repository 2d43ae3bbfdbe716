import { formatFaults, type Fault } from "@winvm/runtime";
import type { GuestName, GuestProfile } from "../catalogue/profile.ts";
import type { ImageChoice } from "../answer/options.ts";
import { UnattendError } from "../errors.ts";
import { describeMedia, type MediaEdition, type RecognisedMedia } from "./media.ts";

/** What is wanted of a medium; what is absent is taken from the medium. */
export interface WantedMedia {
  /** One of the profile's editions, or an image's name or edition id. */
  readonly edition?: string | undefined;
  /** A language tag. */
  readonly language?: string | undefined;
  /** True when a product key was given: evaluation media take none. */
  readonly productKey?: boolean | undefined;
  /** True for an evaluation, false for anything else. */
  readonly evaluation?: boolean | undefined;
}

/** What an answer file has to say to fit the medium. */
export interface MediaChoice {
  /** The image in install.wim; undefined on media without a WIM. */
  readonly image: ImageChoice | undefined;
  /** The profile's edition that the image is, where it is one. */
  readonly edition: string | undefined;
  readonly language: string | undefined;
  readonly evaluation: boolean;
}

/**
 * The one guest that a medium holds.
 *
 * @throws UnattendError `UNATTEND_ISO_MISMATCH` where it holds several, or one that is not in the catalogue.
 */
export function guestOfMedia(media: RecognisedMedia): GuestName {
  const [guest, ...others] = media.guests;
  if (guest !== undefined && others.length === 0) return guest;
  if (guest === undefined) {
    throw mismatch(media, [], `${media.titles.join(" or ")} is not in winvm's catalogue`);
  }
  const hint = `say which it is: ${media.guests.join(" or ")}`;
  throw mismatch(media, [], "the ISO does not tell which Windows it is", hint);
}

/**
 * Fits a wish to a medium: finds the image, its language and whether it takes a key.
 *
 * @throws UnattendError `UNATTEND_ISO_MISMATCH`; `data.faults` has all that does not fit, `data.media` what there is.
 */
export function chooseEdition(
  media: RecognisedMedia,
  profile: GuestProfile,
  wanted: WantedMedia = {},
): MediaChoice {
  const faults: Fault[] = [];
  if (!media.guests.includes(profile.name)) {
    const [held] = media.guests;
    faults.push({
      path: "guest",
      expected: media.titles.join(" or "),
      value: profile.name,
      hint: held === undefined ? "winvm's catalogue does not have that one" : `say ${held}`,
    });
  }
  const { architectures } = media;
  const fitting = architectures.filter((architecture) => architecture === profile.architecture);
  if (architectures.length > 0 && (fitting.length === 0 || architectures.length > 1)) {
    faults.push({
      path: "architecture",
      expected: architectures.join(" and "),
      value: profile.architecture,
      hint: `give an ISO for ${profile.architecture} only`,
    });
  }
  const candidates = media.editions.filter(({ guest }) => guest === profile.name);
  const evaluation = media.channel === "evaluation";
  faults.push(...channelFaults(evaluation, wanted));
  const chosen = findEdition(candidates, profile, wanted.edition, evaluation);
  if (candidates.length > 0 && chosen === undefined) {
    faults.push({
      path: "edition",
      expected: `one of ${candidates.map(({ name }) => name).join(", ")}`,
      value: wanted.edition ?? profile.setup.editions.map(({ name }) => name).join(" or "),
    });
  }
  const languages = languagesOf(media, chosen?.edition);
  const language = languages.find((tag) => sameTag(tag, wanted.language)) ?? wanted.language;
  if (language !== undefined && languages.length > 0 && !languages.includes(language)) {
    faults.push({ path: "language", expected: languages.join(" or "), value: language });
  }
  if (faults.length > 0) throw mismatch(media, faults, "the ISO is not what was asked for");
  const index = chosen?.edition.index;
  return {
    image: index === undefined ? undefined : { index },
    edition: chosen?.known,
    language: language ?? chosen?.edition.defaultLanguage ?? media.defaultLanguage,
    evaluation,
  };
}

function channelFaults(evaluation: boolean, wanted: WantedMedia): Fault[] {
  const held = evaluation ? "evaluation media" : "media that are no evaluation";
  const faults: Fault[] = [];
  if (wanted.evaluation !== undefined && wanted.evaluation !== evaluation) {
    const value = wanted.evaluation ? "an evaluation" : "no evaluation";
    faults.push({ path: "evaluation", expected: held, value });
  }
  if (evaluation && wanted.productKey === true) {
    faults.push({
      path: "productKey",
      expected: "no key for evaluation media",
      value: "(a key)",
      hint: "leave the key out",
    });
  }
  return faults;
}

interface Chosen {
  readonly edition: MediaEdition;
  /** The name of the profile's edition, where it is one. */
  readonly known: string | undefined;
}

/** The wanted edition; without a wish the first of the profile's that is there, and of an evaluation any. */
function findEdition(
  candidates: readonly MediaEdition[],
  profile: GuestProfile,
  wanted: string | undefined,
  evaluation: boolean,
): Chosen | undefined {
  // A server's desktop and core editions have the same id: the desktop is meant unless the name says otherwise.
  const ordered = candidates.toSorted((a, b) => Number(a.core) - Number(b.core));
  const known = profile.setup.editions;
  const knownOf = (edition: MediaEdition): string | undefined =>
    known.find(({ name, imageName }) => isNamed(edition, [imageName, name]))?.name;
  if (wanted !== undefined) {
    const listed = known.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    const names = listed === undefined ? [wanted] : [listed.imageName, listed.name];
    const edition = namedFirst(ordered, names);
    return edition && { edition, known: listed?.name ?? knownOf(edition) };
  }
  for (const { name, imageName } of known) {
    const edition = namedFirst(ordered, [imageName, name]);
    if (edition !== undefined) return { edition, known: name };
  }
  const [first] = ordered;
  // Without a key of ours the image can be installed only where no key is needed.
  const any =
    first !== undefined && (evaluation || known.length === 0 || first.index === undefined);
  return any ? { edition: first, known: undefined } : undefined;
}

function namedFirst(
  editions: readonly MediaEdition[],
  names: readonly string[],
): MediaEdition | undefined {
  return (
    editions.find(({ name }) => names.some((one) => one.toLowerCase() === name.toLowerCase())) ??
    editions.find((edition) => isNamed(edition, names))
  );
}

function isNamed(
  { name, displayName, editionId }: MediaEdition,
  names: readonly string[],
): boolean {
  const own = [name, displayName, editionId].filter((one) => one !== undefined).map(plainName);
  return names.some((one) => own.includes(plainName(one)));
}

/** `ServerStandardEval`, `SERVERSTANDARD` and `Standard` are one; so are `Pro` and `Professional`. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/\s+/g, "")
    .replace(/eval(?:uation)?$/, "")
    .replace(/^server/, "")
    .replace(/^professional/, "pro")
    .replace(/^core$/, "home");
}

function languagesOf(media: RecognisedMedia, edition: MediaEdition | undefined): readonly string[] {
  if (edition !== undefined && edition.languages.length > 0) return edition.languages;
  return media.languages;
}

function sameTag(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}

function mismatch(
  media: RecognisedMedia,
  faults: readonly Fault[],
  what: string,
  hint?: string,
): UnattendError {
  const { file, volumeId, titles, guests, editions } = media;
  return new UnattendError({
    code: "UNATTEND_ISO_MISMATCH",
    asked: `install from ${file}`,
    happened: `${what}; it holds ${describeMedia(media)}${faults.length === 0 ? "" : `\n${formatFaults(faults)}`}`,
    hint: hint ?? faults.find((fault) => fault.hint !== undefined)?.hint,
    data: { faults, media: { file, volumeId, titles, guests, editions } },
  });
}

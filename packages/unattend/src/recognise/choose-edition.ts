import { formatFaults, type Fault } from "@winvm/runtime";
import type { Architecture, GuestName, GuestProfile } from "../catalogue/profile.ts";
import type { ImageChoice } from "../answer/options.ts";
import { listGuests } from "../catalogue/catalogue.ts";
import { UnattendError } from "../errors.ts";
import { chooseArchitecture } from "./choose-architecture.ts";
import { findEdition, same } from "./find-edition.ts";
import {
  channelFaults,
  guessedLanguageFaults,
  imageFaults,
  keyFaults,
  languageFaults,
} from "./media-faults.ts";
import { describeMedia, type MediaEdition, type RecognisedMedia } from "./media.ts";

/** What is wanted of a medium; what is absent is taken from the medium. */
export interface WantedMedia {
  readonly architecture?: Architecture | undefined;
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
  /** `guestFor()` makes the profile fit. */
  readonly architecture: Architecture;
  /** The image in install.wim; undefined on media without a WIM. */
  readonly image: ImageChoice | undefined;
  /** The profile's edition that the image is, where it is one. */
  readonly edition: string | undefined;
  /** What the set-up medium has to be made for; undefined where the medium does not tell. */
  readonly build: number | undefined;
  /** With XP and 2003 only what was wanted: undefined leaves the media's own locales. */
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
    const hint = `it has ${listGuests()
      .map(({ title }) => title)
      .join(", ")}`;
    throw mismatch(media, [], `${media.titles.join(" or ")} is not in winvm's catalogue`, hint);
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
  const { architecture, faults: unfit } = chooseArchitecture(media, profile, wanted.architecture);
  faults.push(...unfit);
  const { firmware } = profile;
  if (!media.boots.includes(firmware)) {
    const boots =
      media.boots.length === 0 ? "an ISO that can be started" : media.boots.join(" or ");
    const hint = `${profile.title} is installed with ${firmware}, and the ISO has no boot image for it`;
    faults.push({ path: "firmware", expected: boots, value: firmware, hint });
  }
  const candidates = media.editions.filter(
    (edition) =>
      edition.guest === profile.name &&
      (architecture === undefined || (edition.architecture ?? architecture) === architecture),
  );
  const evaluation = media.channel === "evaluation";
  faults.push(...channelFaults(evaluation, wanted), ...imageFaults(media, profile));
  const chosen = findEdition(candidates, profile, wanted.edition, evaluation);
  if (candidates.length > 0 && chosen === undefined) {
    faults.push({
      path: "edition",
      expected: `one of ${candidates.map(({ name }) => name).join(", ")}`,
      value: wanted.edition ?? profile.setup.editions.map(({ name }) => name).join(" or "),
      hint: "name one that the ISO holds, by its name, its id or the catalogue's name",
    });
  }
  faults.push(...keyFaults(chosen, candidates, profile, wanted));
  const languages = languagesOf(media, chosen?.edition);
  const language = languages.find((tag) => same(tag, wanted.language ?? "")) ?? wanted.language;
  // Media of XP and 2003 tell their language by their label alone.
  const guessed = media.evidence === "markers";
  faults.push(
    ...(guessed
      ? guessedLanguageFaults(language, languages)
      : languageFaults(language, languages, media.setupLanguages)),
  );
  if (faults.length > 0 || architecture === undefined) {
    throw mismatch(media, faults, "the ISO is not what was asked for");
  }
  const index = chosen?.edition.index;
  return {
    architecture,
    image: index === undefined ? undefined : { index },
    edition: chosen?.known,
    build: chosen?.edition.build,
    language:
      language ??
      (guessed ? undefined : (chosen?.edition.defaultLanguage ?? media.defaultLanguage)),
    evaluation,
  };
}

function languagesOf(media: RecognisedMedia, edition: MediaEdition | undefined): readonly string[] {
  if (edition !== undefined && edition.languages.length > 0) return edition.languages;
  return media.languages;
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

import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "../catalogue/profile.ts";
import type { WantedMedia } from "./choose-edition.ts";
import { isEdition, same, type Chosen } from "./find-edition.ts";
import type { MediaEdition, RecognisedMedia } from "./media.ts";

/** Faults where the language is not installed, or Setup would ask because it does not speak it. */
export function languageFaults(
  language: string | undefined,
  installed: readonly string[],
  spoken: readonly string[],
): Fault[] {
  if (language === undefined) return [];
  const path = "language";
  if (installed.length > 0 && !installed.includes(language)) {
    const hint = "ask for one that the ISO holds, or give the ISO of that language";
    return [{ path, expected: installed.join(" or "), value: language, hint }];
  }
  if (spoken.length === 0 || spoken.some((tag) => same(tag, language))) return [];
  const hint = "Setup itself does not speak it, and would ask";
  return [{ path, expected: spoken.join(" or "), value: language, hint }];
}

/** A label such as `GRTMPVOL_EN` names a language, seldom a country: whoever speaks it may live anywhere. */
export function guessedLanguageFaults(
  language: string | undefined,
  guessed: readonly string[],
): Fault[] {
  if (language === undefined || guessed.length === 0) return [];
  if (guessed.some((tag) => spokenAs(tag) === spokenAs(language))) return [];
  const hint = "by its label the medium is in another language: leave it out, or give another ISO";
  return [{ path: "language", expected: guessed.join(" or "), value: language, hint }];
}

/** Language and script: `pt-BR` and `pt-PT` are the same in this, `zh-CN` and `zh-TW` are not. */
function spokenAs(tag: string): string {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return `${language}-${script}`;
  } catch {
    return tag;
  }
}

/** Faults where an evaluation is wanted and the medium is none, or the other way round. */
export function channelFaults(evaluation: boolean, wanted: WantedMedia): Fault[] {
  const held = evaluation ? "evaluation media" : "media that are no evaluation";
  const faults: Fault[] = [];
  if (wanted.evaluation !== undefined && wanted.evaluation !== evaluation) {
    const value = wanted.evaluation ? "an evaluation" : "no evaluation";
    const hint = `ask for ${evaluation ? "an evaluation" : "none"}, or give another ISO`;
    faults.push({ path: "evaluation", expected: held, value, hint });
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

/** A fault where there is nothing to install: only boot.wim or the volume id told what the medium was meant to be. */
export function imageFaults(
  { editions, evidence }: RecognisedMedia,
  profile: GuestProfile,
): Fault[] {
  if (editions.length > 0 || profile.dialect === "sif") return [];
  return [
    {
      path: "image",
      expected: "sources/install.wim, install.esd or install.swm",
      value: `none: the ISO is known by its ${evidence}`,
      hint: "give the whole medium: what Setup installs is not on the ISO",
    },
  ];
}

/** A fault where Setup would ask for a key: winvm has none for this edition, and none was given. */
export function keyFaults(
  chosen: Chosen | undefined,
  candidates: readonly MediaEdition[],
  { setup }: GuestProfile,
  wanted: WantedMedia,
): Fault[] {
  const evaluation = chosen?.edition.evaluation === true;
  const keyless = setup.editions.length === 0 || evaluation || wanted.productKey === true;
  if (chosen === undefined || chosen.known !== undefined || keyless) return [];
  const known = setup.editions.filter((one) =>
    candidates.some((candidate) => isEdition(candidate, one)),
  );
  const other =
    known.length === 0 ? "" : `, or choose ${known.map(({ name }) => name).join(" or ")}`;
  return [
    {
      path: "productKey",
      expected: `a product key for ${chosen.edition.name}`,
      value: undefined,
      hint: `winvm has none for it: give the one that belongs to it${other}`,
    },
  ];
}

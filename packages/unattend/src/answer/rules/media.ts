import type { Fault } from "@winvm/runtime";
import type { GuestProfile } from "../../catalogue/profile.ts";
import { findEdition, mediaOf } from "../defaults.ts";
import { limits } from "../limits.ts";
import type { CompleteAnswerOptions } from "../options.ts";
import type { Rule } from "./rule.ts";
import { lineOfText, matches } from "./texts.ts";

/** What is on the media, and which of it is wanted. */
export const mediaRules: readonly Rule[] = [evaluationRule, editionRule, keyRule, imageRule];

const productKey = /^[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}$/;

function evaluationRule({ evaluation }: CompleteAnswerOptions, { media }: GuestProfile): Fault[] {
  const kinds = media.map(({ kind }) => kind);
  if (!evaluation || kinds.includes("evaluation")) return [];
  return [
    {
      path: "evaluation",
      expected: "false",
      value: evaluation,
      hint: "there are no evaluation media of this one",
    },
  ];
}

function editionRule({ edition }: CompleteAnswerOptions, { setup }: GuestProfile): Fault[] {
  if (edition === undefined || findEdition(setup.editions, edition) !== undefined) return [];
  const known = setup.editions.map(({ name }) => name);
  const expected = known.length === 0 ? "no edition" : `one of ${known.join(", ")}`;
  return [{ path: "edition", expected, value: edition }];
}

function keyRule(options: CompleteAnswerOptions, profile: GuestProfile): Fault[] {
  const path = "productKey";
  const { productKey: value, evaluation } = options;
  if (value === undefined) return missingKey(options, profile);
  const faults = matches(path, value, productKey, "five groups of five capitals or digits");
  if (evaluation) {
    const hint = "Setup refuses a key that does not belong to the media";
    faults.push({ path, expected: "no key for evaluation media", value, hint });
  }
  return faults;
}

/** Media that take a key stop and ask for it. */
function missingKey(options: CompleteAnswerOptions, profile: GuestProfile): Fault[] {
  const path = "productKey";
  const { productKey: value, edition, image } = options;
  if (profile.media.some(({ key }) => key === "user")) {
    const hint = "Microsoft publishes no key for it: give the one that belongs to the media";
    return [{ path, expected: "a product key", value, hint }];
  }
  // What is wrong with an edition that is named has been said.
  if (mediaOf(profile, options)?.key !== "client" || edition !== undefined) return [];
  const known = profile.setup.editions.map(({ name }) => name).join(", ");
  const hint =
    image !== undefined && "name" in image
      ? `winvm has keys for ${known} only: give the one that belongs to this image`
      : `name the edition that the image is (${known}) for its key, or give your own: Setup refuses the key of another`;
  return [{ path, expected: "a product key that fits the image", value, hint }];
}

function imageRule(options: CompleteAnswerOptions, { dialect, media }: GuestProfile): Fault[] {
  const { image, evaluation, productKey: key } = options;
  if (dialect === "sif") {
    if (image === undefined) return [];
    return [{ path: "image", expected: "none: the media hold one", value: image }];
  }
  if (image === undefined) {
    if (key !== undefined && !evaluation) return [];
    const hint = media.some(({ kind }) => kind === "evaluation")
      ? "evaluation media take no key, so the image has to be chosen"
      : undefined;
    return [{ path: "image", expected: "an index or a name", value: image, hint }];
  }
  if ("name" in image) {
    return lineOfText("image.name", image.name, { maxLength: limits.imageName, dialect });
  }
  if (Number.isInteger(image.index) && image.index >= 1) return [];
  return [{ path: "image.index", expected: "an integer from 1", value: image.index }];
}

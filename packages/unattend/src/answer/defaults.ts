import type { GuestEdition, GuestMedia, GuestProfile } from "../catalogue/profile.ts";
import type { AnswerOptions, CompleteAnswerOptions, GuestNetwork, ImageChoice } from "./options.ts";

/** The guest's place on the private network, unless told otherwise. */
export const defaultNetwork: GuestNetwork = {
  address: "192.168.0.1/24",
  mac: "52:54:00:12:01:01",
};

/** The account that Setup enables and that jobs run as. */
export const administrator = "Administrator";

/** Fills in what the user left out. */
export function completeOptions(
  profile: GuestProfile,
  options: AnswerOptions,
): CompleteAnswerOptions {
  const language = options.language ?? "en-US";
  const media = mediaOf(profile, options);
  const edition = editionOf(profile, options);
  return {
    administratorPassword: options.administratorPassword,
    user: options.user,
    computerName: options.computerName ?? "WINVM",
    fullName: options.fullName ?? "winvm",
    organization: options.organization ?? "winvm",
    firmware: options.firmware ?? profile.firmware,
    architecture: options.architecture ?? profile.architecture,
    edition: options.edition,
    productKey: options.productKey ?? (media?.key === "client" ? edition?.clientKey : undefined),
    evaluation: options.evaluation ?? false,
    image: options.image ?? defaultImage(profile, media, edition),
    language,
    keyboard: options.keyboard ?? language,
    regional: regionalOf(options),
    timeZone: options.timeZone ?? profile.setup.timeZone,
    network: options.network ?? defaultNetwork,
    firstLogonCommands: options.firstLogonCommands ?? [],
    tpm: options.tpm ?? "bypass",
    drivers: options.drivers ?? [],
    shellProvider: options.shellProvider ?? profile.shellProviders[0],
  };
}

function regionalOf({ language, keyboard }: AnswerOptions): CompleteAnswerOptions["regional"] {
  if (language !== undefined) return "language";
  return keyboard === undefined ? "none" : "keyboard";
}

/** The kind of media that is meant; undefined where there is none such. */
export function mediaOf(
  profile: GuestProfile,
  { evaluation }: Pick<AnswerOptions, "evaluation">,
): GuestMedia | undefined {
  return profile.media.find(({ kind }) => (kind === "evaluation") === (evaluation ?? false));
}

/** The edition that is named, by its own name or as the image; the first unless an image is chosen. */
function editionOf(
  { setup: { editions } }: GuestProfile,
  { edition, image }: AnswerOptions,
): GuestEdition | undefined {
  if (edition !== undefined) return findEdition(editions, edition);
  if (image === undefined) return editions[0];
  // What an index stands for differs from one medium to the next.
  return "name" in image ? editions.find(({ imageName }) => imageName === image.name) : undefined;
}

/** An edition by its name, whatever its case. */
export function findEdition(
  editions: readonly GuestEdition[],
  name: string,
): GuestEdition | undefined {
  return editions.find((one) => one.name.toLowerCase() === name.toLowerCase());
}

function defaultImage(
  profile: GuestProfile,
  media: GuestMedia | undefined,
  edition: GuestEdition | undefined,
): ImageChoice | undefined {
  if (media?.image === "single" && profile.dialect === "xml") return { index: 1 };
  // What evaluation media call their images differs from one to the next.
  if (media?.image !== "choice" || media.kind === "evaluation") return undefined;
  return edition === undefined ? undefined : { name: edition.imageName };
}

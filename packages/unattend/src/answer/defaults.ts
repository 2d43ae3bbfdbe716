import type { GuestProfile } from "../catalogue/profile.ts";
import type { AnswerOptions, CompleteAnswerOptions, GuestNetwork } from "./options.ts";

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
  const evaluation = options.evaluation ?? false;
  const editions = profile.setup.editions;
  const edition = editions.find(({ name }) => name === (options.edition ?? editions[0]?.name));
  return {
    administratorPassword: options.administratorPassword,
    computerName: options.computerName ?? "WINVM",
    fullName: options.fullName ?? "winvm",
    organization: options.organization ?? "winvm",
    firmware: options.firmware ?? profile.firmware,
    architecture: options.architecture ?? profile.architecture,
    edition: options.edition,
    productKey: options.productKey ?? (evaluation ? undefined : edition?.clientKey),
    evaluation,
    // Media that hold one image and take no key.
    image: options.image ?? (editions.length === 0 ? { index: 1 } : undefined),
    language,
    keyboard: options.keyboard ?? language,
    timeZone: options.timeZone ?? "UTC",
    network: options.network ?? defaultNetwork,
    firstLogonCommands: options.firstLogonCommands ?? [],
    bypassRequirements: options.bypassRequirements ?? true,
  };
}

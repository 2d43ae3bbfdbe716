import type { Architecture, Firmware } from "../catalogue/profile.ts";

/** Which image of the media is installed. */
export type ImageChoice = { readonly index: number } | { readonly name: string };

/** The guest's static address on the private network. */
export interface GuestNetwork {
  /** IPv4 address with prefix length. */
  readonly address: string;
  /** The network card's MAC address with colons; the guest tells its card by it. */
  readonly mac: string;
}

/** What an answer file is made from, besides the profile. */
export interface AnswerOptions {
  /** Password of `Administrator`: 1 to 127 characters, three of the four classes that Windows' policy counts. */
  readonly administratorPassword: string;
  /** NetBIOS name: at most 15 ASCII letters, digits and `-`, not digits only. `WINVM` when absent. */
  readonly computerName?: string | undefined;
  /** The registered owner, 1 to 63 UTF-16 units. `winvm` when absent. */
  readonly fullName?: string | undefined;
  /** The registered organization, 1 to 63 UTF-16 units. `winvm` when absent. */
  readonly organization?: string | undefined;
  /** The firmware that the machine has; the profile's when absent. */
  readonly firmware?: Firmware | undefined;
  /** The architecture of the media; the profile's when absent. */
  readonly architecture?: Architecture | undefined;
  /** The name of one of the profile's editions; the first when absent. */
  readonly edition?: string | undefined;
  /** Five groups of five letters or digits. The edition's KMS client key when absent. */
  readonly productKey?: string | undefined;
  /** True for evaluation media: they take no key, and the image has to be chosen. False when absent. */
  readonly evaluation?: boolean | undefined;
  /** The image in install.wim; when absent the key selects it. */
  readonly image?: ImageChoice | undefined;
  /** The language of the media. `en-US` when absent. */
  readonly language?: string | undefined;
  /** Keyboard: a language tag (`en-US`) or locale:layout in hexadecimal (`0409:00000409`). As `language` when absent. */
  readonly keyboard?: string | undefined;
  /** Windows' name of the time zone. `UTC` when absent. */
  readonly timeZone?: string | undefined;
  /** `192.168.0.1/24` on 52:54:00:12:01:01 when absent. */
  readonly network?: GuestNetwork | undefined;
  /** Further commands at the first logon, run after the set-up and before the shutdown, each 1 to 1024 UTF-16 units. */
  readonly firstLogonCommands?: readonly string[] | undefined;
  /** Skip Setup's checks for a TPM, Secure Boot and so on, where the version has such. True when absent. */
  readonly bypassRequirements?: boolean | undefined;
}

/** The options with every default filled in. */
export interface CompleteAnswerOptions {
  readonly administratorPassword: string;
  readonly computerName: string;
  readonly fullName: string;
  readonly organization: string;
  readonly firmware: Firmware;
  readonly architecture: Architecture;
  readonly edition: string | undefined;
  readonly productKey: string | undefined;
  readonly evaluation: boolean;
  readonly image: ImageChoice | undefined;
  readonly language: string;
  readonly keyboard: string;
  readonly timeZone: string;
  readonly network: GuestNetwork;
  readonly firstLogonCommands: readonly string[];
  readonly bypassRequirements: boolean;
}

import type { Architecture, Firmware, ShellProvider, TpmChoice } from "../catalogue/profile.ts";
import type { DriverPlace } from "../drivers/folder.ts";

/** Which image of the media is installed. */
export type ImageChoice = { readonly index: number } | { readonly name: string };

/** The guest's static address on the private network. */
export interface GuestNetwork {
  /** IPv4 address with prefix length. */
  readonly address: string;
  /** The network card's MAC address with colons; the guest tells its card by it. */
  readonly mac: string;
}

/** A local account besides `Administrator`; it belongs to the group Administrators. */
export interface GuestUser {
  /** 1 to 20 UTF-16 units without `" / \ [ ] : ; | = , + * ? < > % @`; not the computer's name, nor a built-in account's. */
  readonly name: string;
  /** As {@link AnswerOptions.administratorPassword}; with XP and 2003 at most 14 characters, for `net user` makes it. */
  readonly password: string;
}

/** What an answer file is made from, besides the profile. With XP and 2003 every text is printable ASCII. */
export interface AnswerOptions {
  /**
   * Password of `Administrator`: 6 to 127 UTF-16 units, three of the four classes that Windows' policy counts; with XP and
   * 2003 no `"` and no `%`.
   */
  readonly administratorPassword: string;
  /** None besides `Administrator` when absent. */
  readonly user?: GuestUser | undefined;
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
  /** The name of one of the profile's editions, in any case; the first when absent. */
  readonly edition?: string | undefined;
  /** Five groups of five letters or digits. The edition's KMS client key when absent; XP and 2003 have none: required. */
  readonly productKey?: string | undefined;
  /** True for evaluation media: they take no key, and the image has to be chosen. False when absent. */
  readonly evaluation?: boolean | undefined;
  /** The image in install.wim; when absent the key selects it, or with servers the edition's name. */
  readonly image?: ImageChoice | undefined;
  /** The language of the media. `en-US` when absent; with XP and 2003 the media's own. */
  readonly language?: string | undefined;
  /** Keyboard: a language tag (`en-US`) or locale:layout in hexadecimal (`0409:00000409`). As `language` when absent. */
  readonly keyboard?: string | undefined;
  /** Windows' name of the time zone; with XP and 2003 its number will do too. `UTC` when absent. */
  readonly timeZone?: string | undefined;
  /** `192.168.0.1/24` on 52:54:00:12:01:01 when absent. */
  readonly network?: GuestNetwork | undefined;
  /**
   * Further commands at the first logon, run after the set-up and before the shutdown, each 1 to 1024 UTF-16 units; 260
   * with XP and 2003.
   */
  readonly firstLogonCommands?: readonly string[] | undefined;
  /**
   * What Setup finds when it looks for a TPM. `bypass`: none, and it is told to go on, without Secure Boot and the rest of
   * its demands too, where the version has such. `emulated`: the machine has one. `bypass` when absent.
   */
  readonly tpm?: TpmChoice | undefined;
  /**
   * Drivers for Setup and for the Windows that it installs, none twice; not with XP and 2003. A directory as Setup sees it
   * (`E:\drivers`, 1 to 259 UTF-16 units) is named in the file; one that `readDrivers()` has read is only checked here: the
   * set-up medium carries it, where Setup finds it by itself.
   */
  readonly drivers?: readonly DriverPlace[] | undefined;
  /** What brings shell and SSH server; the profile's first when absent. The set-up medium has to be made with the same. */
  readonly shellProvider?: ShellProvider | undefined;
}

/** The options with every default filled in. */
export interface CompleteAnswerOptions {
  readonly administratorPassword: string;
  readonly user: GuestUser | undefined;
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
  /** What was asked for of the region: nothing, a keyboard alone, or a language and with it the keyboard. */
  readonly regional: "none" | "keyboard" | "language";
  readonly timeZone: string;
  readonly network: GuestNetwork;
  readonly firstLogonCommands: readonly string[];
  readonly tpm: TpmChoice;
  readonly drivers: readonly DriverPlace[];
  readonly shellProvider: ShellProvider | undefined;
}

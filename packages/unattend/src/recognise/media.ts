import type { Firmware, GuestName } from "../catalogue/profile.ts";
import type { MediaArchitecture } from "./wim/images.ts";
import type { MediaChannel } from "./windows/volume-label.ts";

/** One of the systems that a medium can install. */
export interface MediaEdition {
  /** Its number in install.wim, from 1, which on media with two is that of its architecture; undefined on media without a WIM. */
  readonly index: number | undefined;
  /** Its name in install.wim, or that of the edition where there is no WIM. */
  readonly name: string;
  /** The name that Setup shows, where it is another one. */
  readonly displayName: string | undefined;
  /** `Professional`, `ServerStandardEval`, … */
  readonly editionId: string | undefined;
  /** The Windows that it is: `Windows Server 2022`. */
  readonly title: string;
  /** The catalogue's name of that Windows, where it has it. */
  readonly guest: GuestName | undefined;
  readonly architecture: MediaArchitecture | undefined;
  /** `10.0.26100`. */
  readonly version: string | undefined;
  readonly build: number | undefined;
  /** A server without a desktop. */
  readonly core: boolean;
  readonly evaluation: boolean;
  readonly languages: readonly string[];
  readonly defaultLanguage: string | undefined;
}

/** What a Windows ISO holds. Data only, fit for JSON. */
export interface RecognisedMedia {
  /** The ISO's path. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly volumeId: string;
  /** The file system that was read; Windows media since Vista are UDF with a readme in ISO 9660. */
  readonly fileSystem: "udf" | "joliet" | "iso9660";
  /** The firmware that can start it, by its boot catalogue. */
  readonly boots: readonly Firmware[];
  /** What the rest was learnt from, the surest first: the WIM, the markers of XP, the volume id alone. */
  readonly evidence: "install.wim" | "boot.wim" | "markers" | "volume id";
  /** The Windows it may be, for people; several where only the volume id tells. */
  readonly titles: readonly string[];
  /** The same as the catalogue's names; what it lacks is missing here. */
  readonly guests: readonly GuestName[];
  /** Several on media with both 32 and 64 bits, of which only one can be installed; see `chooseEdition()`. */
  readonly architectures: readonly MediaArchitecture[];
  /** Undefined where nothing tells: many retail media say so nowhere. */
  readonly channel: MediaChannel | undefined;
  /** What can be installed; empty where only the label or boot.wim tell. */
  readonly editions: readonly MediaEdition[];
  /** The languages of what is installed; on media of XP and 2003 a guess by the label. */
  readonly languages: readonly string[];
  readonly defaultLanguage: string | undefined;
  /** The languages that Setup itself speaks; an answer file has to name one of them. */
  readonly setupLanguages: readonly string[];
}

/** One line on what a medium holds, for messages. */
export function describeMedia(media: RecognisedMedia): string {
  const { titles, architectures, channel, editions, defaultLanguage } = media;
  const what = titles.length === 0 ? "an unknown Windows" : titles.join(" or ");
  const more = [architectures.join(" and "), defaultLanguage, channel].filter(Boolean).join(", ");
  const names = editions.map(({ index, name, architecture }) => {
    const whose = architectures.length > 1 && architecture !== undefined ? `${architecture} ` : "";
    return index === undefined ? `${whose}${name}` : `${whose}${index}: ${name}`;
  });
  return `${what}${more === "" ? "" : ` (${more})`}${names.length === 0 ? "" : `, with ${names.join("; ")}`}`;
}

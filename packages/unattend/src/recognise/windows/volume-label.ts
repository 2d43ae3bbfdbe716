import type { GuestName } from "../../catalogue/profile.ts";
import type { MediaArchitecture } from "../wim/images.ts";

/** For whom media are sold; what keys their Setup takes depends on it. */
export type MediaChannel = "retail" | "volume" | "oem" | "evaluation";

/** What the volume id of a Windows medium tells. */
export interface VolumeLabel {
  /** Several where Microsoft uses the same label for several versions. */
  readonly guests: readonly GuestName[];
  /** The names of the versions; more than `guests` where the catalogue lacks one. */
  readonly titles: readonly string[];
  readonly architecture: MediaArchitecture;
  /** A language tag: `en-US`. */
  readonly language: string;
  readonly channel: MediaChannel | undefined;
  /** What is not `setup` can't be installed from. */
  readonly purpose: "setup" | "second disc" | "service pack";
}

type Versions = Pick<VolumeLabel, "guests" | "titles">;

/** Reads the volume id that Microsoft's media have; undefined where it is none of these. */
export function readVolumeLabel(volumeId: string): VolumeLabel | undefined {
  return readModern(volumeId) ?? readLonghorn(volumeId) ?? readWhistler(volumeId);
}

function versions(titles: Readonly<Record<string, GuestName | undefined>>): Versions {
  return {
    titles: Object.keys(titles),
    guests: Object.values(titles).filter((guest) => guest !== undefined),
  };
}

const clients: Readonly<Record<string, Versions>> = {
  H: versions({ "Windows 8": undefined }),
  I: versions({ "Windows 8.1": "8.1" }),
  "": versions({ "Windows 10": "10", "Windows 11": "11" }),
};
const servers: Readonly<Record<string, Versions>> = {
  H: versions({ "Windows Server 2012": undefined }),
  I: versions({ "Windows Server 2012 R2": "2012r2" }),
  "": versions({
    "Windows Server 2016": "2016",
    "Windows Server 2019": "2019",
    "Windows Server 2022": "2022",
    "Windows Server 2025": "2025",
  }),
};

/** Windows 8 and later: `IR5_CENA_X64FREV_EN-US_DV9`. */
function readModern(volumeId: string): VolumeLabel | undefined {
  const match =
    /^(?:J_|([HI])(?:RM|[BR]\d)_)?([CS])[A-Z]+_(X86|X64|A64)(?:FRE|CHK)([VOER]?)_([A-Z]{2,3}(?:-[A-Z]{2,4}){1,2})_DV\d$/.exec(
      volumeId,
    );
  if (match === null) return undefined;
  const [, family = "", kind, processor = "", channel = "", language = ""] = match;
  const found = (kind === "C" ? clients : servers)[family];
  if (found === undefined) return undefined;
  return {
    ...found,
    architecture: processor === "X86" ? "x86" : processor === "X64" ? "amd64" : "arm64",
    language: canonicalLanguage(language),
    channel: modernChannels[channel],
    purpose: "setup",
  };
}

const modernChannels: Readonly<Record<string, MediaChannel>> = {
  "": "retail",
  R: "retail",
  V: "volume",
  O: "oem",
  E: "evaluation",
};

/** Vista to 7: `GSP1RMCPRXFRER_EN_DVD`. The edition's letters stand between the release and the processor. */
function readLonghorn(volumeId: string): VolumeLabel | undefined {
  if (/^SRVHPCR2_[A-Z]{2}_VL$/.test(volumeId)) {
    const language = languageOfCode(volumeId.slice(9, 11));
    return { ...r2, architecture: "amd64", language, channel: "volume", purpose: "setup" };
  }
  const match =
    /^(L|F|K|G)(?:SP1RM|RTM|RM|B1)([A-Z]+?)(X|IAI?)?(FRER|FREO|FRE|CHK|VOL|EVAL)_([A-Z]{2,3})_DVD$/.exec(
      volumeId,
    );
  if (match === null) return undefined;
  const [, family = "", edition = "", processor, channel = "", language = ""] = match;
  return {
    ...(family === "K"
      ? server2008
      : family !== "G"
        ? vista
        : edition.startsWith("S")
          ? r2
          : seven),
    architecture: processor === undefined ? "x86" : processor === "X" ? "amd64" : "ia64",
    language: languageOfCode(language),
    channel: longhornChannels[channel],
    purpose: "setup",
  };
}

const vista = versions({ "Windows Vista": "vista" });
const server2008 = versions({ "Windows Server 2008": "2008" });
const seven = versions({ "Windows 7": "7" });
const r2 = versions({ "Windows Server 2008 R2": "2008r2" });

const longhornChannels: Readonly<Record<string, MediaChannel>> = {
  FRE: "retail",
  FRER: "retail",
  FREO: "oem",
  VOL: "volume",
  EVAL: "evaluation",
};

/** XP and 2003: `GRTMPFPP_EN`. `P` and `H` are Professional and Home; `S`, `E`, `D`, `W` are servers. */
function readWhistler(volumeId: string): VolumeLabel | undefined {
  const [, head = "", code = ""] = /^([A-Z0-9]+)_([A-Z]{2,3})$/.exec(volumeId) ?? [];
  const language = code === "" ? "" : languageOfCode(code);
  const client =
    /^(?:WX|GRTM|VX2|VRM|X1A|XRM|MX2|MRM|AX2|ARM)[PH](?:RM)?(X?)C?(FPP|VOL|OEM|CCP|SEL)$/.exec(
      head,
    );
  if (client !== null) {
    const wide = client[1] === "X";
    return {
      ...(wide ? xp64 : xp),
      architecture: wide ? "amd64" : "x86",
      language,
      channel: whistlerChannels[client[2] ?? ""],
      purpose: "setup",
    };
  }
  const server = /^(?:NRM|ARM|BX2|CRM)[SEDW](X?)C?(FPP|VOL|OEM|CCP|SEL)$/.exec(head);
  if (server !== null) {
    return {
      ...server2003,
      architecture: server[1] === "X" ? "amd64" : "x86",
      language,
      channel: whistlerChannels[server[2] ?? ""],
      purpose: "setup",
    };
  }
  const other = { language, channel: undefined } as const;
  if (/^[MVX]RMSD2$/.test(head)) {
    return { ...xp, ...other, architecture: "x86", purpose: "second disc" };
  }
  const second = /^(?:BRM|CR0)[A-Z]CD2(X?)(?:FRE)?$/.exec(head);
  const pack = /^CR0SP([XI]?)2$/.exec(head);
  const found = second ?? pack;
  if (found === null) return undefined;
  return {
    ...server2003,
    ...other,
    architecture: found[1] === "X" ? "amd64" : found[1] === "I" ? "ia64" : "x86",
    purpose: second === null ? "service pack" : "second disc",
  };
}

const xp = versions({ "Windows XP": "xp" });
const xp64 = versions({ "Windows XP Professional x64": "xp64" });
const server2003 = versions({ "Windows Server 2003": "2003" });

const whistlerChannels: Readonly<Record<string, MediaChannel>> = {
  FPP: "retail",
  CCP: "retail",
  VOL: "volume",
  SEL: "volume",
  OEM: "oem",
};

/** Codes that are no language's own, or whose language is at home in several countries. */
const codes: Readonly<Record<string, string>> = {
  AR: "ar-SA",
  BR: "pt-BR",
  CN: "zh-CN",
  HK: "zh-HK",
  NO: "nb-NO",
  PT: "pt-PT",
  SRL: "sr-Latn-RS",
  TW: "zh-TW",
};

function languageOfCode(code: string): string {
  const known = codes[code];
  if (known !== undefined) return known;
  const { language, region } = new Intl.Locale(code.toLowerCase()).maximize();
  return region === undefined ? language : `${language}-${region}`;
}

function canonicalLanguage(tag: string): string {
  return Intl.getCanonicalLocales(tag)[0] ?? tag;
}

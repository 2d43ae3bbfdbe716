import type { GuestProfile } from "../catalogue/profile.ts";

/** What an INF file says of the Windows that it is for. */
export interface Inf {
  /** Its section Version has a signature of Windows': without it, it is something else, such as an autorun.inf. */
  readonly driver: boolean;
  /** The TargetOSVersion of each section with models, `ntamd64.6.2`; empty for one without. */
  readonly targets: readonly string[];
}

/** Reads an INF in UTF-16 or UTF-8 with a mark in front, or in a code page of which only the ASCII part counts here. */
export function readInf(bytes: Uint8Array): Inf {
  const sections = readSections(decode(bytes));
  const signature = (sections.get("version") ?? [])
    .map((line) => /^signature\s*=\s*"?([^"]*?)"?$/i.exec(line)?.[1]?.toLowerCase())
    .find((value) => value !== undefined);
  return {
    driver: signature === "$windows nt$" || signature === "$chicago$",
    targets: [...modelTargets(sections), ...defaultTargets(sections)],
  };
}

/**
 * Whether one of the targets takes in a guest: its architecture, client or server, and no later version or build than the
 * newest in the catalogue (Microsoft, Combining platform extensions with operating system versions). On x86 alone a section
 * needs no platform (INF Manufacturer section).
 */
export function isForGuest(
  { targets }: Inf,
  guest: Pick<GuestProfile, "architecture" | "version" | "builds" | "kind">,
): boolean {
  const { architecture, version, builds } = guest;
  const platforms = architecture === "amd64" ? ["ntamd64"] : ["", "nt", "ntx86"];
  const newest = [...version.split(".").map(Number), builds.at(-1)?.number ?? Infinity];
  return targets.some((target) => {
    const [platform = "", major, minor, product = "", , build] = target.split(".");
    const first = [major, minor, build].map((part) => Number(part ?? 0) || 0);
    // 1 is a workstation, 2 a domain controller, 3 a server.
    const kinds = guest.kind === "client" ? ["", "1"] : ["", "2", "3"];
    return platforms.includes(platform) && kinds.includes(product) && !isLater(first, newest);
  });
}

function isLater(version: readonly number[], than: readonly number[]): boolean {
  const at = version.findIndex((part, index) => part !== than[index]);
  return at >= 0 && (version[at] ?? 0) > (than[at] ?? 0);
}

// `name = models [, TargetOSVersion]…`, or a name alone, which is that of its models. A section that is empty says that
// there is nothing for that Windows.
function modelTargets(sections: ReadonlyMap<string, readonly string[]>): string[] {
  const strings = new Map(
    (sections.get("strings") ?? []).map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name.trim().toLowerCase(), unquoted(value.join("="))];
    }),
  );
  const expand = (text: string): string =>
    text.replaceAll(/%([^%]+)%/g, (all, name: string) => strings.get(name.toLowerCase()) ?? all);
  return (sections.get("manufacturer") ?? []).flatMap((line) => {
    const value = line.slice(line.indexOf("=") + 1);
    const [models = "", ...versions] = value
      .split(",")
      .map((field) => unquoted(expand(field)).toLowerCase());
    return ["", ...versions].filter((target) => {
      const section = sections.get(target === "" ? models : `${models}.${target}`);
      return section !== undefined && section.length > 0;
    });
  });
}

// Drivers of no device, such as filters, have no models.
function defaultTargets(sections: ReadonlyMap<string, readonly string[]>): string[] {
  return [...sections.keys()].flatMap((name) => {
    const found = /^defaultinstall(?:\.(nt[a-z0-9]*(?:\.\d+)*))?$/.exec(name);
    return found === null ? [] : [found[1] ?? ""];
  });
}

/** Name of a section in small letters → its lines without comments and blanks. Sections of one name are one. */
function readSections(text: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  // A backslash at the end goes on with the next line.
  for (const raw of text.replaceAll(/\\[ \t]*\r?\n/g, "").split(/\r\n|\r|\n/)) {
    const line = raw.replaceAll(/("[^"]*")|;.*$/g, (_all, quoted?: string) => quoted ?? "").trim();
    const name = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase();
    if (name !== undefined) {
      current = sections.get(name) ?? [];
      sections.set(name, current);
    } else if (line !== "") {
      current.push(line);
    }
  }
  return sections;
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, "$1");
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  // Without a mark it is UTF-16 where the second byte is that of an ASCII character.
  if ((first === 0xff && second === 0xfe) || second === 0)
    return new TextDecoder("utf-16le").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}

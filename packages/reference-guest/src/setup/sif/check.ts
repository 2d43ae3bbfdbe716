import type { Finding } from "../refusal.ts";
import { knownSections, strangers } from "./known-keys.ts";
import { settingOf } from "./parse.ts";
import type { SifFile } from "./parse.ts";

/** Text-mode Setup reads by the code page of its media: only ASCII means the same everywhere. */
export function checkAscii(file: SifFile): Finding[] {
  return [...file.values()].flatMap(({ entries }) =>
    entries.flatMap((entry): Finding[] => {
      // oxlint-disable-next-line no-control-regex -- ASCII from its first character on
      const odd = /[^\u0000-\u007f]/u.exec([entry.key, ...entry.values].join(""))?.[0];
      if (odd === undefined) return [];
      const reason = `${JSON.stringify(odd)} is outside ASCII`;
      return [{ setting: settingOf(entry), reason, at: entry }];
    }),
  );
}

/** Sections and keys that Setup would read nowhere: misspelt ones, most of all. */
export function checkKeys(file: SifFile): Finding[] {
  const named = new Set(
    [...file.values()].flatMap(({ entries }) =>
      entries.flatMap(({ values }) => values.map((value) => value.toLowerCase())),
    ),
  );
  return [...file].flatMap(([lowered, section]): Finding[] => {
    const known = knownSections[lowered];
    if (known === "any") return [];
    if (known !== undefined)
      return section.entries
        .filter(({ key }) => !isKnown(known, key.toLowerCase()))
        .map((entry) => ({
          setting: settingOf(entry),
          at: entry,
          reason: "there is no such key: Setup would read it nowhere",
        }));
    // Sections that others point to, such as params.MS_TCPIP.PrimaryAdapter.
    if (named.has(lowered)) return [];
    const own = { setting: section.name, at: section, whole: true };
    const stranger = strangers[lowered];
    if (stranger !== undefined) return [{ ...own, kind: "ignored", reason: stranger }];
    const reason = "there is no such section: Setup would read it nowhere";
    return [{ ...own, reason }];
  });
}

/** RunOnce, which GuiRunOnce fills, takes no longer ones (Microsoft, Run and RunOnce Registry Keys). */
const COMMAND_LIMIT = 260;

/** Commands that are too long for the registry. */
export function checkCommands(file: SifFile): Finding[] {
  return (file.get("guirunonce")?.entries ?? []).flatMap((entry): Finding[] => {
    const { length } = entry.values.join(",");
    if (length <= COMMAND_LIMIT) return [];
    const reason = `it has ${length} characters, ${COMMAND_LIMIT} are allowed`;
    return [{ setting: settingOf(entry), reason, at: entry }];
  });
}

function isKnown(known: readonly string[] | RegExp, key: string): boolean {
  return known instanceof RegExp ? known.test(key) : known.includes(key);
}

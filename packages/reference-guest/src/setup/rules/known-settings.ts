import { allowedSettings } from "./newer-settings.ts";
import { refinements } from "./own-rules.ts";
import { documentedSettings } from "./settings-reference.ts";
import type { SettingTable } from "./settings-reference.ts";

/**
 * All that this Setup knows of settings: Microsoft's reference, what its pages say beyond the table, and the allow-list.
 * What is not here is refused: on Windows a misspelt setting ends the installation, too.
 */
export const knownSettings: SettingTable = new Map([
  ...documentedSettings,
  ...Object.entries(refinements).map(([path, added]) => {
    const key = path.toLowerCase();
    const known = documentedSettings.get(key);
    if (known === undefined) throw new Error(`no documented setting is refined by ${path}`);
    return [key, { ...known, ...added }] as const;
  }),
  ...Object.entries(allowedSettings).map(([path, { rule }]) => [path.toLowerCase(), rule] as const),
]);

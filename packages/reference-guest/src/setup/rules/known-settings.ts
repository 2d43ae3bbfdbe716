import { allowedSettings } from "./newer-settings.ts";
import { refinements } from "./own-rules.ts";
import { documentedSettings } from "./settings-reference.ts";
import type { SettingTable } from "./settings-reference.ts";

const refined = lowered(refinements);
const allowed = lowered(allowedSettings);

/**
 * All that this Setup knows of settings: Microsoft's reference, what its pages say beyond the table, and the allow-list.
 * What is not here is refused: on Windows a misspelt setting ends the installation, too.
 */
export const knownSettings: SettingTable = {
  get: (path) => {
    const rule = allowed.get(path)?.rule ?? documentedSettings.get(path);
    return rule && { ...rule, ...refined.get(path) };
  },
};

function lowered<Value>(record: Readonly<Record<string, Value>>): ReadonlyMap<string, Value> {
  return new Map(Object.entries(record).map(([path, value]) => [path.toLowerCase(), value]));
}

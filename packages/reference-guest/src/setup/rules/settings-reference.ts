import type { PassName } from "../answer/document.ts";
import { readPassLetters } from "./pass-letters.ts";
import type { SettingRule } from "./rule.ts";
import { settingsReference } from "./settings-reference.generated.ts";

/** Path in lower case, `component/setting/…` → its rule; components are in it by their bare names. */
export type SettingTable = Pick<ReadonlyMap<string, SettingRule>, "get">;

/**
 * Reads the compact form: a line each, a blank for each level, the name, then the letters of the passes (those of the
 * level above when absent), `<N` for a length, `!` where it may not be empty, `=A|B` for the values.
 */
export function readReference(text: string): ReadonlyMap<string, SettingRule> {
  const table = new Map<string, SettingRule>();
  const open: { readonly path: string; readonly passes: readonly PassName[] }[] = [];
  for (const line of text.split("\n").filter((item) => item !== "")) {
    const depth = line.length - line.trimStart().length;
    const [, name = "", words = ""] = /^ *(\S+)(.*)$/.exec(line) ?? [];
    open.length = depth;
    const above = open.at(-1);
    const path = `${above === undefined ? "" : `${above.path}/`}${name.toLowerCase()}`;
    const rule = readWords(words, above?.passes ?? []);
    if (above !== undefined) {
      const group = table.get(above.path);
      if (group !== undefined) table.set(above.path, { ...group, group: true });
    }
    table.set(path, rule);
    open.push({ path, passes: rule.passes });
  }
  return table;
}

function readWords(text: string, inherited: readonly PassName[]): SettingRule {
  const values = /(?:^| )=(.*)$/.exec(text)?.[1];
  const words = (values === undefined ? text : text.slice(0, -values.length - 1)).trim().split(" ");
  const letters = words.find((word) => /^[a-z]+$/.test(word));
  const length = words.find((word) => word.startsWith("<"));
  return {
    passes: letters === undefined ? inherited : readPassLetters(letters),
    ...(values !== undefined && { enum: values.split("|") }),
    ...(length !== undefined && { maxLength: Number(length.slice(1)) }),
    ...(words.includes("!") && { empty: false }),
  };
}

const components = new Map<string, SettingTable>();
const reference = settingsReference.toLowerCase();

/**
 * Microsoft's settings reference, as it was in December 2018. Of its components those are read that are asked for: an
 * answer file has about ten of the 84.
 */
export const documentedSettings: SettingTable = {
  get: (path) => {
    const [component = ""] = path.split("/", 1);
    const table = components.get(component) ?? readReference(linesOf(component));
    components.set(component, table);
    return table.get(path);
  },
};

function linesOf(component: string): string {
  const start = Math.max(
    reference.indexOf(`\n${component} `),
    reference.indexOf(`\n${component}\n`),
  );
  if (start < 0) return "";
  const length = reference.slice(start + 1).search(/\n\S/);
  return settingsReference.slice(start + 1, length < 0 ? undefined : start + 1 + length);
}

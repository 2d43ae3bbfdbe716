import type { Refusal } from "../refusal.ts";

/** A winnt.sif: sections with keys, both without regard to case; a key's values are a comma list. */
export type SifFile = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/**
 * The format of winnt.sif: `[section]`, `key = value, "quoted value"`, comments from `;` or `#`; `""` is a quote and
 * `%%` a percent sign.
 */
export function parseSif(text: string): {
  readonly file: SifFile;
  readonly refusals: readonly Refusal[];
} {
  const file = new Map<string, Map<string, readonly string[]>>();
  const refusals: Refusal[] = [];
  let section: Map<string, readonly string[]> | undefined;
  for (const [at, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith(";") || line.startsWith("#")) continue;
    const where = `line ${at + 1}`;
    const title = /^\[([^\]]+)\]\s*([;#].*)?$/.exec(line)?.[1];
    if (title !== undefined) {
      const name = title.trim().toLowerCase();
      section = file.get(name) ?? new Map<string, readonly string[]>();
      file.set(name, section);
      continue;
    }
    const equals = line.indexOf("=");
    const values = equals < 1 ? undefined : splitValues(line.slice(equals + 1));
    if (section === undefined || values === undefined) {
      refusals.push({
        setting: where,
        line: at + 1,
        reason: `neither a section nor a key with a value: ${line}`,
      });
      continue;
    }
    const key = line
      .slice(0, equals)
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .toLowerCase();
    if (section.has(key)) refusals.push({ setting: where, reason: `${key} is there twice` });
    section.set(key, values);
  }
  return { file, refusals };
}

/** The comma list behind `=`; `undefined` where a quote is not closed. */
function splitValues(text: string): string[] | undefined {
  const values: string[] = [];
  let value = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    const next = text[at + 1];
    if (character === '"' && quoted && next === '"') {
      value += '"';
      at += 1;
    } else if (character === '"') quoted = !quoted;
    else if (character === "%" && next === "%") {
      value += "%";
      at += 1;
    } else if (!quoted && (character === ";" || character === "#")) break;
    else if (!quoted && character === ",") {
      values.push(value.trim());
      value = "";
    } else if (quoted || !/\s/.test(character) || value !== "") value += character;
  }
  values.push(quoted ? value : value.trimEnd());
  return quoted ? undefined : values;
}

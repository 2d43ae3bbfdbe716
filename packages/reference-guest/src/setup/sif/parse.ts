import type { FilePart, Finding } from "../refusal.ts";

/** A key of a section, as it is written. */
export interface SifEntry extends FilePart {
  readonly section: string;
  readonly key: string;
  /** The comma list behind `=`, without quotes. */
  readonly values: readonly string[];
}

/** A section with its keys in the order of the file; titles that are there again add to it. */
export interface SifSection extends FilePart {
  readonly name: string;
  readonly entries: readonly SifEntry[];
}

/** A winnt.sif: its sections by their names in lower case. */
export type SifFile = ReadonlyMap<string, SifSection>;

/** The first key of that name in the section of that name, both without regard to case. */
export function sifEntry(file: SifFile, section: string, key: string): SifEntry | undefined {
  return file.get(section.toLowerCase())?.entries.find((entry) => same(entry.key, key));
}

/**
 * The format of winnt.sif: `[section]`, `key = value, "quoted value"`, comments from `;` or `#`; `""` is a quote and
 * `%%` a percent sign.
 */
export function parseSif(text: string): {
  readonly file: SifFile;
  readonly findings: readonly Finding[];
} {
  const file = new Map<string, { name: string; line: number; entries: SifEntry[] }>();
  const findings: Finding[] = [];
  let section: { name: string; line: number; entries: SifEntry[] } | undefined;
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [at, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith(";") || line.startsWith("#")) continue;
    const name = /^\[([^\]]+)\]\s*([;#].*)?$/.exec(line)?.[1]?.trim();
    if (name !== undefined) {
      section = file.get(name.toLowerCase()) ?? { name, line: at + 1, entries: [] };
      file.set(name.toLowerCase(), section);
      continue;
    }
    const entry = section === undefined ? undefined : readLine(line, section.name, at + 1);
    if (section === undefined || entry === undefined) {
      const reason = `neither a section nor a key with a value: ${line}`;
      findings.push({ setting: `line ${at + 1}`, at: { line: at + 1 }, reason });
      continue;
    }
    const first = section.entries.find(({ key }) => same(key, entry.key));
    if (first !== undefined)
      findings.push({
        setting: settingOf(entry),
        at: entry,
        reason: `it is there already, in line ${first.line}`,
      });
    section.entries.push(entry);
  }
  return { file, findings };
}

/** Section and key, as a judgement names them. */
export function settingOf({ section, key }: SifEntry): string {
  return `${section}/${key}`;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Sections whose lines are names without values. */
const bare: readonly string[] = ["oembootfiles"];

function readLine(text: string, section: string, line: number): SifEntry | undefined {
  if (!bare.includes(section.toLowerCase())) return readEntry(text, section, line);
  const [key = ""] = splitValues(text) ?? [];
  return { section, key, values: [], line };
}

function readEntry(text: string, section: string, line: number): SifEntry | undefined {
  const equals = text.indexOf("=");
  const key = text
    .slice(0, Math.max(0, equals))
    .trim()
    .replace(/^"(.*)"$/, "$1");
  const values = key === "" ? undefined : splitValues(text.slice(equals + 1));
  return values && { section, key, values, line };
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

import { createHash } from "node:crypto";

/** What the replacement strings of an item are made of. */
export interface ItemPlace {
  /** Of each list one. */
  readonly values: readonly string[];
  /** Its place in the list, from 1. */
  readonly sequence: number;
  /** The lowest free number when it was started, from 1. */
  readonly slot: number;
}

/** GNU parallel's, as far as they are about one item: of all lists, of the list with a number, or of none. */
const replacement = /\{(?:([1-9]\d*)?(\.|\/|\/\/|\/\.)?|(#|%))\}/g;

/** Whether a text has any replacement string, where there are so many lists. */
export function hasReplacement(text: string, lists: number): boolean {
  return [...text.matchAll(replacement)].some(([, number]) => isMeant(number, lists));
}

/** A number in braces is a replacement string only where it tells lists apart: `x{2}` is a regular expression, too. */
function isMeant(number: string | undefined, lists: number): boolean {
  return number === undefined || (lists > 1 && Number(number) <= lists);
}

/**
 * Puts an item in place of the replacement strings: `{}` as it is, `{.}` without its ending, `{/}` without its
 * directories, `{//}` its directory, `{/.}` neither directories nor ending, `{#}` its number, `{%}` its slot. `{2}`, `{2.}`,
 * … are about the second list's value; without a number about those of all, with spaces between them. A number that no list
 * has, and any number where there is one list, is left as it is.
 *
 * @param made what becomes of each value.
 */
export function expand(
  text: string,
  place: ItemPlace,
  made: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(replacement, (all, ...[number, form, count]: (string | undefined)[]) => {
    if (count !== undefined) return made(String(count === "#" ? place.sequence : place.slot));
    if (!isMeant(number, place.values.length)) return all;
    const values = number === undefined ? place.values : place.values.slice(+number - 1, +number);
    return values.map((value) => made(formed(value, form))).join(" ");
  });
}

/** As {@link expand}, of a word of a command: one that is nothing else than `{}` or the like becomes a word for each list. */
export function expandWord(word: string, place: ItemPlace): readonly string[] {
  const alone = /^\{(?:\.|\/|\/\/|\/\.)?\}$/.test(word);
  if (!alone) return [expand(word, place)];
  return place.values.map((value) => expand(word, { ...place, values: [value] }));
}

function formed(value: string, form: string | undefined): string {
  switch (form) {
    case ".":
      return withoutEnding(value);
    case "/":
      return baseName(value);
    case "//":
      return directoryName(value);
    case "/.":
      return withoutEnding(baseName(value));
    case undefined:
    default:
      return value;
  }
}

function withoutEnding(path: string): string {
  return path.replace(/\.[^/.]+$/, "");
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** As dirname(1). */
function directoryName(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  const at = trimmed.lastIndexOf("/");
  if (at < 0) return path.startsWith("/") ? "/" : ".";
  return trimmed.slice(0, at).replace(/\/+$/, "") || "/";
}

/** The longest name that every file system takes, with room for what a copy adds to it. */
const longestName = 200;

/** A value as one name of a file, which leads nowhere else: the bytes of other characters as `%2F`. */
export function safeName(value: string): string {
  const name = value.replaceAll(/[^\w.=+@,-]/gu, percent);
  if (/^\.*$/.test(name)) return name.replaceAll(".", "%2E") || "%";
  if (name.length <= longestName) return name;
  const digest = createHash("sha256").update(value).digest("hex").slice(0, 16);
  return `${name.slice(0, longestName - digest.length - 1)}-${digest}`;
}

function percent(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

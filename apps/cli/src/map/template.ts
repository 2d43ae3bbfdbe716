import { createHash } from "node:crypto";

/** What the replacement strings of an item are made of. */
export interface ItemPlace {
  readonly item: string;
  /** Its place in the list, from 1. */
  readonly sequence: number;
  /** The lowest free number when it was started, from 1. */
  readonly slot: number;
}

/** GNU parallel's, as far as they are about one item. */
const replacement = /\{(#|%|\.|\/|\/\/|\/\.)?\}/g;

/** Whether a text has any replacement string. */
export function hasReplacement(text: string): boolean {
  return text.search(replacement) >= 0;
}

/**
 * Puts an item in place of the replacement strings: `{}` as it is, `{.}` without its ending, `{/}` without its
 * directories, `{//}` its directory, `{/.}` neither directories nor ending, `{#}` its number, `{%}` its slot.
 *
 * @param made what becomes of each value.
 */
export function expand(
  text: string,
  place: ItemPlace,
  made: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(replacement, (_all, which: string | undefined) =>
    made(valueOf(which, place)),
  );
}

function valueOf(which: string | undefined, { item, sequence, slot }: ItemPlace): string {
  switch (which) {
    case "#":
      return String(sequence);
    case "%":
      return String(slot);
    case ".":
      return withoutEnding(item);
    case "/":
      return baseName(item);
    case "//":
      return directoryName(item);
    case "/.":
      return withoutEnding(baseName(item));
    case undefined:
    default:
      return item;
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

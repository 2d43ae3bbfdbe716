import type { Bytes } from "./bytes.ts";

/** More than any text file that says what a medium holds. */
const longestText = 1024 * 1024;

/** A small text file: UTF-16 or UTF-8 by its byte order mark, otherwise Latin-1. Only its first mebibyte is read. */
export async function readText(file: Bytes): Promise<string> {
  return decodeText(await file.read(0, Math.min(file.sizeBytes, longestText)));
}

/** Text by its byte order mark. */
export function decodeText(bytes: Buffer): string {
  if (bytes.length >= 2 && bytes.readUInt16LE(0) === 0xfeff) return bytes.toString("utf16le", 2);
  if (bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf) return bytes.toString("utf8", 3);
  return bytes.toString("latin1");
}

/** UTF-16 with the high byte first, as Joliet and UDF have it; half a unit at the end is left out. */
export function utf16be(bytes: Buffer): string {
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString("utf16le");
}

/** An `.ini` text: section in small letters → its lines; key in small letters → value without quotes. */
export function parseIni(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const section = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (section !== undefined) {
      const name = section.trim().toLowerCase();
      current = sections.get(name) ?? new Map<string, string>();
      sections.set(name, current);
      continue;
    }
    const entry = line.replace(/^\s*;.*$/, "").trim();
    if (entry === "") continue;
    const equals = entry.indexOf("=");
    const key = (equals < 0 ? entry : entry.slice(0, equals)).trim();
    const value = equals < 0 ? "" : entry.slice(equals + 1).trim();
    current.set(key.toLowerCase(), value.replace(/^"(.*)"$/, "$1"));
  }
  return sections;
}

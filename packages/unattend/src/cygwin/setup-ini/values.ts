import { decode, isBlank, isWord, quote, skipBlanks, skipWord, trimEnd } from "./characters.ts";
import type { CygwinFile, CygwinHash } from "./model.ts";

/** The words of `from` … `to`, each plain or between quotes; `undefined` where something else stands between them. */
export function readWords(text: string, from: number, to: number): string[] | undefined {
  const words: string[] = [];
  for (let position = skipBlanks(text, from, to); position < to;) {
    if (text.charCodeAt(position) === quote) {
      const close = text.indexOf('"', position + 1);
      if (close < 0 || close >= to) return undefined;
      words.push(decode(text.slice(position + 1, close)));
      position = close + 1;
    } else {
      const end = skipWord(text, position, to);
      if (end === position) return undefined;
      words.push(text.slice(position, end));
      position = end;
    }
    position = skipBlanks(text, position, to);
  }
  return words;
}

/** The one word or quoted text of `from` … `to`, not decoded; `undefined` where there is more or less. */
export function readRawText(text: string, from: number, to: number): string | undefined {
  const start = skipBlanks(text, from, to);
  const end = trimEnd(text, start, to);
  if (end - start < 1) return undefined;
  if (text.charCodeAt(start) !== quote) {
    return skipWord(text, start, end) === end ? text.slice(start, end) : undefined;
  }
  return text.indexOf('"', start + 1) === end - 1 ? text.slice(start + 1, end - 1) : undefined;
}

/** Path, size and hash of an archive; `undefined` where it is anything else. */
export function readFile(text: string, from: number, to: number): CygwinFile | undefined {
  // Two lines of three are of this kind, hence no list of words and no second look at any byte.
  const start = skipBlanks(text, from, to);
  const pathEnd = skipWord(text, start, to);
  const sizeStart = skipBlanks(text, pathEnd, to);
  const sizeEnd = skipDigits(text, sizeStart, to);
  const hashStart = skipBlanks(text, sizeEnd, to);
  const hashEnd = trimEnd(text, hashStart, to);
  if (pathEnd === start || sizeStart === pathEnd || hashStart === sizeEnd) return undefined;
  const size = readSize(text.slice(sizeStart, sizeEnd));
  const hash = readHash(text, hashStart, hashEnd);
  if (size === undefined || hash === undefined) return undefined;
  return { path: text.slice(start, pathEnd), size, hash };
}

/** A hash in one of the three forms: md5 as 32 digits, SHA-512 as 128 digits or as 86 characters of base64url. */
function readHash(text: string, from: number, to: number): CygwinHash | undefined {
  const length = to - from;
  if (length === 32 || length === 128) {
    if (!isHex(text, from, to)) return undefined;
    return { algorithm: length === 32 ? "md5" : "sha512", hex: text.slice(from, to) };
  }
  const hash = length === 86 ? text.slice(from, to) : "";
  if (!/^[\w-]{86}$/.test(hash)) return undefined;
  return { algorithm: "sha512", hex: Buffer.from(hash, "base64url").toString("hex") };
}

/** A whole number of bytes; `undefined` for what is none, or is beyond 2^53. */
export function readSize(digits: string): number | undefined {
  if (digits.length === 0 || digits.length > 16) return undefined;
  let value = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return Number.isSafeInteger(value) ? value : undefined;
}

function skipDigits(text: string, from: number, to: number): number {
  let position = from;
  while (position < to && isDigit(text.charCodeAt(position))) position += 1;
  return position;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isHex(text: string, from: number, to: number): boolean {
  for (let position = from; position < to; position += 1) {
    const code = text.charCodeAt(position);
    if (!isDigit(code) && !(code >= 97 && code <= 102)) return false;
  }
  return true;
}

/** Whether `from` … `to` is words and blanks only, which needs no closer look. */
export function isPlain(text: string, from: number, to: number): boolean {
  for (let position = from; position < to; position += 1) {
    const code = text.charCodeAt(position);
    if (!isWord(code) && !isBlank(code)) return false;
  }
  return true;
}

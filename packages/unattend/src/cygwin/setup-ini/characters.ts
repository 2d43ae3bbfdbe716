// Bytes of setup.ini by their class, as a table: the parser looks at every byte of a name.

export const quote = 34;
export const hash = 35;
export const openBracket = 40;
export const closeBracket = 41;
export const comma = 44;
export const colon = 58;
export const at = 64;
export const openSquare = 91;
export const closeSquare = 93;

const table = new Uint8Array(256);
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!_./:+~-") {
  table[letter.charCodeAt(0)] = 1;
}
for (const blank of " \t\r\n") table[blank.charCodeAt(0)] = 2;

/** Whether a name, a path or a version may have this byte without quotes. */
export function isWord(code: number): boolean {
  return table[code] === 1;
}

/** Space, tab, carriage return, line feed. */
export function isBlank(code: number): boolean {
  return table[code] === 2;
}

/** The first position from `from` on that is not blank, at most `to`. */
export function skipBlanks(text: string, from: number, to: number): number {
  let position = from;
  while (position < to && isBlank(text.charCodeAt(position))) position += 1;
  return position;
}

/** The first position from `from` on that is not of a word, at most `to`. */
export function skipWord(text: string, from: number, to: number): number {
  let position = from;
  while (position < to && isWord(text.charCodeAt(position))) position += 1;
  return position;
}

/** The end of `from` … `to` without the blanks at its end. */
export function trimEnd(text: string, from: number, to: number): number {
  let position = to;
  while (position > from && isBlank(text.charCodeAt(position - 1))) position -= 1;
  return position;
}

/** Text that was read a byte a unit, as the UTF-8 that it is, with plain line ends. */
export function decode(text: string): string {
  // oxlint-disable-next-line no-control-regex -- what is not ASCII
  const plain = /^[\u0000-\u007f]*$/.test(text)
    ? text
    : Buffer.from(text, "latin1").toString("utf8");
  return plain.includes("\r") ? plain.replaceAll("\r\n", "\n") : plain;
}

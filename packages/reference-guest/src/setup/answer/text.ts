/**
 * The text of an answer file: UTF-8, or UTF-16 with a byte order mark, as Windows' editors write it.
 *
 * @returns `undefined` where the bytes are no such text.
 */
export function decodeAnswer(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? "utf-16le"
      : first === 0xfe && second === 0xff
        ? "utf-16be"
        : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

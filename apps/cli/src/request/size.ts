const units: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** How to write a size, for messages. */
export const sizeForm = "a size like 512M, 1.5G or 8GiB; a unit is a power of 1024";

/**
 * Reads `512M`, `8G`, `1.5GiB`. A number alone is none: nobody could tell bytes from megabytes.
 *
 * @returns Whole bytes, 1 or more; `undefined` when it is none of these.
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([MGT])(?:i?B)?$/i.exec(text);
  if (match === null) return undefined;
  const bytes = Number(match[1]) * (units[(match[2] ?? "").toUpperCase()] ?? Number.NaN);
  return Number.isSafeInteger(bytes) && bytes >= 1 ? bytes : undefined;
}

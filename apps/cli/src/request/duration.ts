const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The longest time that Node's timers hold: 2^31 - 1 milliseconds, not quite 25 days. */
export const longestTimer: number = 2 ** 31 - 1;

/** How to write a duration, for messages. */
export const durationForm = "a time like 500ms, 30s, 5m, 1h, 2d or plain seconds";

/**
 * Reads `500ms`, `30s`, `1.5m`, `1h`, `2d`, or plain seconds.
 *
 * @returns Whole milliseconds, 1 or more; `undefined` when it is none of these.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text);
  if (match === null) return undefined;
  const ms = Math.round(Number(match[1]) * (units[match[2] ?? "s"] ?? Number.NaN));
  return Number.isSafeInteger(ms) && ms >= 1 ? ms : undefined;
}

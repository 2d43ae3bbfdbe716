import { stripVTControlCharacters } from "node:util";

const sizeUnits = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `1536` → `1.5 KiB`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < sizeUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit > 0 && value < 100 ? 1 : 0;
  return `${Number(value.toFixed(digits))} ${sizeUnits[unit]}`;
}

/** `90000` → `1m 30s`; below ten seconds with a tenth, from an hour on without seconds. */
export function formatElapsed(ms: number): string {
  if (ms < 9950) return `${(Math.max(ms, 0) / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
}

/** How long ago a moment was: `just now`, `5 minutes ago`, `3 days ago`; the text itself when it is no date. */
export function formatAge(moment: string, now: number): string {
  const ms = now - Date.parse(moment);
  if (Number.isNaN(ms)) return moment;
  const steps: readonly [unit: string, ms: number][] = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
  ];
  for (const [unit, length] of steps) {
    const count = Math.floor(ms / length);
    if (count >= 1) return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  }
  return "just now";
}

/** Text from a guest or a program as one harmless line: no escape sequences, no control characters. */
export function oneLine(text: string): string {
  return (
    stripVTControlCharacters(text)
      // oxlint-disable-next-line no-control-regex -- these are what has to go
      .replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ")
      .trim()
  );
}

/** As much of a key as tells one from another. */
export function shortKey(key: string): string {
  return key.slice(0, 12);
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

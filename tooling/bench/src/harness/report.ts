import type { Result } from "./rounds.ts";

/** Where the figures were measured. */
export interface Setting {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** How many processes ran or waited for a core in the last minute, ours among them. More than a few: others were at work. */
  readonly load?: number | undefined;
  readonly qemu?: string | undefined;
  readonly accelerator?: string | undefined;
}

/** What `--json` prints as its last line. */
export interface Report {
  readonly setting: Setting;
  readonly results: Readonly<Record<string, Result>>;
  /** Of the contest `revive`, in milliseconds; absent where it was not measured. */
  readonly oursMs?: number;
  readonly baselineMs?: number;
  /** `baselineMs` over `oursMs`. */
  readonly ratio?: number;
}

/** All results under their names; those of the one contest asked for, or of `revive`, also at the top. */
export function reportOf(setting: Setting, results: readonly Result[]): Report {
  const main = results.find(({ name }) => name === "revive") ?? results[0];
  const timed = main?.unit === "ms" && (main.name === "revive" || results.length === 1);
  return {
    setting,
    results: Object.fromEntries(results.map((result) => [result.name, result])),
    ...(main !== undefined && timed ? { oursMs: main.ours.median } : {}),
    ...(main?.baseline !== undefined && timed ? { baselineMs: main.baseline.median } : {}),
    ...(main?.ratio !== undefined && timed ? { ratio: main.ratio } : {}),
  };
}

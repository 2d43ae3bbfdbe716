import { inspect } from "node:util";

/** One thing that is wrong with an input. Validation reports all of them at once. */
export interface Fault {
  /** Where in the input, in the input's own words: `disks[0].bus`. */
  readonly path: string;
  /** What would be right there. */
  readonly expected: string;
  /** What is there. */
  readonly value: unknown;
  /** How to mend it, where that is not plain from the expectation. */
  readonly hint?: string | undefined;
}

/** All faults as text, a line each. */
export function formatFaults(faults: readonly Fault[]): string {
  return faults
    .map(({ path, expected, value, hint }) => {
      const got = inspect(value, { breakLength: Infinity, maxStringLength: 200, depth: 2 });
      return `${path}: expected ${expected}, got ${got}${hint === undefined ? "" : ` (${hint})`}`;
    })
    .join("\n");
}

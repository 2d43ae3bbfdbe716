/**
 * What a finding means: `stops` ends the installation, or makes Setup ask, which is the same for an unattended one;
 * `ignored`: Setup passes over the setting and goes on; `unplayable`: Windows would take it, this guest cannot play it.
 */
export type FindingKind = "stops" | "ignored" | "unplayable";

/** Something about an answer file that is not just obeyed: most of all why Setup does not go on. */
export interface Refusal {
  /** `stops` when absent. */
  readonly kind?: FindingKind | undefined;
  /** Line of the file, from 1, where one is meant. */
  readonly line?: number | undefined;
  /** The configuration pass, `windowsPE`, `specialize`, …; absent where the file as a whole is meant. */
  readonly pass?: string | undefined;
  /** Path of the setting from the component on, such as `Microsoft-Windows-Shell-Setup/ComputerName`. */
  readonly setting: string;
  /** What is wrong with it, in words. */
  readonly reason: string;
}

/** One line, as Setup shows it: `specialize Microsoft-Windows-Shell-Setup/ComputerName: …`. */
export function formatRefusal({ pass, setting, reason }: Refusal): string {
  return `${pass === undefined ? "" : `${pass} `}${setting}: ${reason}`;
}

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

/** A part of an answer file: an element, or a section or a key of winnt.sif. It is told from others by identity. */
export interface FilePart {
  /** From 1. */
  readonly line: number;
}

/** A refusal as the reader makes it, tied to the part of the file that it is about. */
export interface Finding extends Omit<Refusal, "line"> {
  /** Absent where something is missing. */
  readonly at?: FilePart | undefined;
  /** Whether everything in the part shares its fate; else what is in it is judged by itself. */
  readonly whole?: boolean | undefined;
}

/** A finding without the reader's own data. */
export function refusalOf({ kind, pass, setting, reason, at }: Finding): Refusal {
  return {
    ...(kind !== undefined && { kind }),
    ...(at !== undefined && { line: at.line }),
    ...(pass !== undefined && { pass }),
    setting,
    reason,
  };
}

/** One line, as Setup shows it: `specialize Microsoft-Windows-Shell-Setup/ComputerName: …`. */
export function formatRefusal({ pass, setting, reason }: Refusal): string {
  return `${pass === undefined ? "" : `${pass} `}${setting}: ${reason}`;
}

/** Why Setup does not go on: one fault of the answer file. */
export interface Refusal {
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

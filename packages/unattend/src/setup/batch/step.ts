/** One line of a batch file. */
export interface Command {
  readonly line: string;
  /**
   * `must`: any exit code but 0 and those accepted ends the set-up; `may`: the code goes to the log; `raw`: a line of
   * batch as it is.
   */
  readonly kind: "must" | "may" | "raw";
  /** Further exit codes that are no failure. */
  readonly accept?: readonly number[];
}

/** A part of the set-up that has a name in its reports. */
export interface Step {
  /** Lower-case letters, digits and dashes. */
  readonly name: string;
  /** After so many minutes it counts as hung, and the machine is powered off. Generous: an emulated CPU is slow. */
  readonly minutes: number;
  readonly commands: readonly Command[];
}

/** A command that has to succeed. */
export function must(line: string, ...accept: readonly number[]): Command {
  return accept.length === 0 ? { line, kind: "must" } : { line, kind: "must", accept };
}

/** A command whose failure harms nothing. */
export function may(line: string): Command {
  return { line, kind: "may" };
}

/** Lines of batch as they are. */
export function raw(...lines: readonly string[]): Command[] {
  return lines.map((line) => ({ line, kind: "raw" as const }));
}

/** Writes a number into the registry. `reg` is there since XP. */
export function setDword(key: string, value: string, number: number): string {
  return `reg add "${key}" /v ${value} /t REG_DWORD /d ${number} /f`;
}

/** Writes a text into the registry. */
export function setText(key: string, value: string, text: string): string {
  return `reg add "${key}" /v ${value} /t REG_SZ /d "${text}" /f`;
}

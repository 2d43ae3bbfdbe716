import { setupRestarts } from "../stages/watch-setup.ts";
import type { AnswerJudgement } from "@winvm/reference-guest";
import type { Architecture, Firmware } from "@winvm/unattend";

/** A command that Setup ran. */
export interface RehearsedCommand {
  readonly pass: "windowsPE" | "specialize" | "oobeSystem";
  /** From 1, in the order of the pass. */
  readonly number: number;
  readonly exitCode: number;
  /** What was run in its place, and why, where the reference guest can't run it as it is. */
  readonly playedBy?: string | undefined;
}

/** How the rehearsal of an installation went. */
export interface RehearsalReport {
  /** Name of the guest in the catalogue. */
  readonly guest: string;
  readonly title: string;
  readonly architecture: Architecture;
  readonly firmware: Firmware;
  /**
   * `green`: Setup took the answer file and went to its end. `refused`: it would stop; no machine was started.
   * `unplayable`: Windows would take it, but the reference guest cannot play it.
   */
  readonly verdict: "green" | "refused" | "unplayable";
  /** What the answer file lay on, and where it is from: winvm, or the path of a file. */
  readonly answer: { readonly medium: "floppy" | "cdrom"; readonly source: string };
  readonly judgement: AnswerJudgement;
  /** Absent where no machine was started. */
  readonly machine?:
    | {
        readonly type: string;
        readonly firmware: string;
        readonly disk: string;
        readonly network: string;
        readonly cpus: number;
        readonly memoryBytes: number;
      }
    | undefined;
  /** Where the machine or the media are not those of a real installation, and why. */
  readonly deviations: readonly string[];
  readonly commands: readonly RehearsedCommand[];
  /** How often Setup started the machine again. */
  readonly restarts: number;
  readonly elapsedMs: number;
}

/** The commands of a serial log, in their order. Pure. */
export function commandsOf(lines: readonly string[]): RehearsedCommand[] {
  let playedBy: string | undefined;
  return lines.flatMap((line): RehearsedCommand[] => {
    const plays = /^SETUP plays (.+)$/.exec(line)?.[1];
    if (plays !== undefined) playedBy = plays;
    const match = /^SETUP (windowsPE|specialize|first logon) command (\d+): exit code (\d+)$/.exec(
      line,
    );
    if (match === null) return [];
    const [, pass, number, exitCode] = match;
    const command: RehearsedCommand = {
      pass: pass === "windowsPE" || pass === "specialize" ? pass : "oobeSystem",
      number: Number(number),
      exitCode: Number(exitCode),
      ...(playedBy !== undefined && { playedBy }),
    };
    playedBy = undefined;
    return [command];
  });
}

/** How often the machine was started again. Pure. */
export function restartsOf(lines: readonly string[]): number {
  return lines.filter((line) => line === setupRestarts).length;
}

/** What the guest's Setup said of its own judgement; `undefined` where it said nothing that can be read. Pure. */
export function judgedBy(lines: readonly string[]): unknown {
  const text = lines.map((line) => /^SETUP JUDGED (.+)$/.exec(line)?.[1]).find(Boolean);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

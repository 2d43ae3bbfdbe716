import type { ShareRequest } from "@winvm/pipeline";
import type { Fault } from "@winvm/runtime";
import { formatFaults } from "@winvm/runtime";
import { resolve } from "node:path";
import { CliError } from "../errors.ts";
import { parseEnvironment, parseShare } from "./assignments.ts";
import { mediaRequest, type TypedMediaOptions } from "./media-options.ts";
import { resourceRequest, type TypedResources } from "./resources.ts";
import { cloneRequest, type CloneRequest, type TypedCloneOptions } from "./clone-options.ts";
import { durationForm, longestTimer, parseDuration } from "./duration.ts";

/** The shells that can run text in a guest. */
export const shells = ["bash", "cmd", "powershell"] as const;
type Shell = (typeof shells)[number];

/** The options of `run` and `shell` as they were typed. */
export interface TypedJobOptions extends TypedMediaOptions, TypedResources, TypedCloneOptions {
  readonly guest?: string;
  readonly from?: string;
  readonly share?: readonly string[];
  readonly env?: readonly string[];
  readonly in?: string;
  readonly out?: string;
  readonly cwd?: string;
  readonly timeout?: string;
  readonly shell?: string;
  readonly c?: string;
  readonly script?: string;
  readonly rebuild?: boolean;
  /** False with `--no-pool`. */
  readonly pool?: boolean;
}

/** What is to be run; a script's file is read later. */
export type PlannedCommand =
  | { readonly kind: "argv"; readonly argv: readonly string[] }
  | {
      readonly kind: "text";
      readonly shell: Shell;
      readonly text: string;
      readonly args: readonly string[];
    }
  /** `file` is `-` for standard input. */
  | {
      readonly kind: "file";
      readonly shell: Shell;
      readonly file: string;
      readonly args: readonly string[];
    };

/** A job as the command line describes it, checked as far as that goes without looking at files. */
export interface JobPlan {
  readonly command: PlannedCommand;
  readonly guest: string | undefined;
  readonly from: string | undefined;
  readonly media: ReturnType<typeof mediaRequest>;
  readonly resources: ReturnType<typeof resourceRequest>;
  readonly rebuild: boolean;
  readonly shares: readonly ShareRequest[];
  readonly env: Readonly<Record<string, string>>;
  /** A path of the guest: as typed. */
  readonly cwd: string | undefined;
  readonly inputs: string | undefined;
  readonly outputs: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly pool: boolean;
  readonly clone: CloneRequest;
}

/** Where the command line was typed. */
export interface Caller {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

/**
 * Makes the plan of a job from its options and operands.
 *
 * @throws CliError `CLI_USAGE` with all faults, also as `data.faults`.
 */
export function planJob(
  operands: readonly string[],
  options: TypedJobOptions,
  caller: Caller,
  verb = "run",
): JobPlan {
  const faults: Fault[] = [];
  const command = planCommand(operands, options, faults);
  const shares = (options.share ?? []).flatMap((text) => {
    const share = parseShare(text, caller.workingDirectory);
    if (share === undefined)
      faults.push({ path: "--share", expected: "NAME=DIR or NAME=DIR:ro", value: text });
    return share ?? [];
  });
  const environment = parseEnvironment(options.env ?? [], caller.env);
  faults.push(...environment.faults);
  if (options.guest !== undefined && options.from !== undefined) {
    const expected = "no --guest beside it: a state has its guest";
    faults.push({ path: "--from", expected, value: options.from });
  }
  const resources = resourceRequest(options, faults);
  const timeoutMs =
    options.timeout === undefined ? undefined : planTimeout(options.timeout, faults);
  const clone = cloneRequest(options, faults);
  if (command === undefined || faults.length > 0) throw usageError(verb, faults);
  const path = (typed: string | undefined): string | undefined =>
    typed === undefined ? undefined : resolve(caller.workingDirectory, typed);
  return {
    command,
    guest: options.guest,
    from: options.from,
    media: mediaRequest(options, caller.workingDirectory),
    resources,
    rebuild: options.rebuild ?? false,
    shares,
    env: environment.env,
    cwd: options.cwd,
    inputs: path(options.in),
    outputs: path(options.out),
    timeoutMs,
    pool: options.pool ?? true,
    clone,
  };
}

function planTimeout(typed: string, faults: Fault[]): number | undefined {
  const ms = parseDuration(typed);
  if (ms === undefined) faults.push({ path: "--timeout", expected: durationForm, value: typed });
  else if (ms > longestTimer)
    faults.push({ path: "--timeout", expected: "24 days at most", value: typed });
  return ms;
}

function planCommand(
  operands: readonly string[],
  options: TypedJobOptions,
  faults: Fault[],
): PlannedCommand | undefined {
  const { shell: typedShell, c: text, script: file } = options;
  if (text !== undefined && file !== undefined) {
    faults.push({ path: "--script", expected: "either -c or --script", value: file });
  }
  const shell =
    typedShell === undefined ? shellOf(file) : shells.find((known) => known === typedShell);
  if (shell === undefined) {
    faults.push({ path: "--shell", expected: `one of ${shells.join(", ")}`, value: typedShell });
    return undefined;
  }
  if (text !== undefined) return { kind: "text", shell, text, args: operands };
  if (file !== undefined) return { kind: "file", shell, file, args: operands };
  if (typedShell !== undefined) {
    faults.push({
      path: "--shell",
      expected: "-c TEXT or --script FILE with it",
      value: typedShell,
    });
  }
  const [program] = operands;
  if (program === undefined || program === "") {
    faults.push({
      path: "COMMAND",
      expected: "a command to run, or -c TEXT, or --script FILE",
      value: program,
      hint: "winvm run -- cmd /c ver",
    });
    return undefined;
  }
  return { kind: "argv", argv: operands };
}

/** The shell that a script's name asks for. */
function shellOf(file: string | undefined): Shell {
  if (file !== undefined && /\.ps1$/i.test(file)) return "powershell";
  if (file !== undefined && /\.(?:bat|cmd)$/i.test(file)) return "cmd";
  return "bash";
}

/** The error for a command line that can't be carried out. */
export function usageError(verb: string, faults: readonly Fault[]): CliError {
  return new CliError({
    code: "CLI_USAGE",
    asked: verb,
    happened:
      faults.length === 1
        ? formatFaults(faults)
        : `several things are wrong\n${formatFaults(faults)}`,
    hint: `winvm ${verb} --help shows what it takes`,
    data: { faults },
  });
}

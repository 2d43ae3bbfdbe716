import { isWinvmError } from "@winvm/runtime";
import { CommanderError } from "commander";
import { inspect } from "node:util";
import { CliError } from "../errors.ts";
import { errorFailure, formatFailure } from "../render/failure.ts";
import { paintFor } from "../render/paint.ts";

/** The status of winvm's own failures, as docker and env(1) have it. */
const ownFailure = 125;

/** The commands whose JSON is a stream of events that ends with an outcome. */
const streaming: readonly (string | undefined)[] = [
  "run",
  "map",
  "layer",
  "install",
  "suspend",
  "pool start",
];

/** The errors that come before a command has begun, so that it could not tell its outcome. */
const beforeAnything: readonly string[] = ["CLI_USAGE", "CLI_NO_DIRECTORY"];

/** Where an error came up. */
export interface ErrorPlace {
  readonly commandName: string | undefined;
  readonly json: boolean;
}

/**
 * Tells about an error on standard error; where events go out as JSON, one of the command line is an outcome among them too.
 *
 * @returns The status to exit with.
 */
export function tellError(thrown: unknown, { commandName, json }: ErrorPlace): number {
  const error = inOurForm(thrown, commandName);
  if (error === undefined) return ownFailure;
  const paint = paintFor(process.stderr);
  if (!isWinvmError(error)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
    process.stderr.write(`${paint("error", "winvm:")} a fault of winvm itself: ${text}\n`);
    return ownFailure;
  }
  if (json && streaming.includes(commandName) && beforeAnything.includes(error.code)) {
    process.stdout.write(`${JSON.stringify({ type: "outcome", kind: "refused", error })}\n`);
  }
  process.stderr.write(formatFailure(errorFailure(error), paint));
  return ownFailure;
}

/** What others complain about, in our own form; `undefined` when all is told already. */
function inOurForm(thrown: unknown, commandName: string | undefined): unknown {
  if (thrown instanceof CommanderError) return fromCommander(thrown, commandName);
  if (!(thrown instanceof Error && "syscall" in thrown && thrown.syscall === "uv_cwd"))
    return thrown;
  return new CliError({
    code: "CLI_NO_DIRECTORY",
    asked: commandName ?? "read the command line",
    happened: "the working directory is not there any more",
    hint: "change to a directory that is there, and call it again",
    cause: thrown,
  });
}

/** Commander's complaint in our own form; `undefined` when it has printed the help instead. */
function fromCommander(
  error: CommanderError,
  commandName: string | undefined,
): CliError | undefined {
  if (error.code === "commander.help") return undefined;
  return new CliError({
    code: "CLI_USAGE",
    asked: commandName ?? "read the command line",
    happened: error.message.replace(/^error: /, "").replaceAll("\n", " "),
    hint: `winvm ${commandName === undefined ? "" : `${commandName} `}--help shows what it takes`,
  });
}

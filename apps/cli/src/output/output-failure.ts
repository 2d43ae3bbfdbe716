import { CliError } from "../errors.ts";
import { signalStatus } from "../signals/interruption.ts";

/** The error of standard output that could not be written, though somebody wanted it. */
export function outputError(failure: NodeJS.ErrnoException): CliError {
  return new CliError({
    code: "CLI_OUTPUT_FAILED",
    asked: "write to standard output",
    happened: failure.message,
    hint: "what was written is not complete",
    cause: failure,
  });
}

/**
 * Tells that standard output could not be written; a reader that has gone needs no words.
 *
 * @returns The status to exit with.
 */
export async function tellOutputFailure(failure: NodeJS.ErrnoException): Promise<number> {
  // As if the command itself had written to the closed pipe.
  if (failure.code === "EPIPE") return signalStatus("SIGPIPE");
  const { tellError } = await import("../session/tell-error.ts");
  return tellError(outputError(failure), { commandName: undefined, json: false });
}

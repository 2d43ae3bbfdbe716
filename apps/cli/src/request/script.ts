import type { RunRequest } from "@winvm/pipeline";
import { describeError } from "@winvm/runtime";
import { readFile } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { CliError } from "../errors.ts";
import type { PlannedCommand } from "./job-options.ts";

/**
 * Turns the planned command into the pipeline's, reading its script.
 *
 * @param standardInput gives standard input; asked for only when the script comes from there.
 * @throws CliError `CLI_SCRIPT_UNREADABLE`.
 */
export async function readCommand(
  planned: PlannedCommand,
  standardInput: () => Readable,
  signal: AbortSignal,
): Promise<RunRequest["job"]["command"]> {
  if (planned.kind === "argv") return { kind: "argv", argv: planned.argv };
  const text =
    planned.kind === "text" ? planned.text : await readScript(planned.file, standardInput, signal);
  return { kind: "script", shell: planned.shell, text, args: planned.args };
}

async function readScript(
  file: string,
  standardInput: () => Readable,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    if (file === "-") return await buffer(addAbortSignal(signal, standardInput()));
    return await readFile(file, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new CliError({
      code: "CLI_SCRIPT_UNREADABLE",
      asked: file === "-" ? "read the script from standard input" : `read the script ${file}`,
      happened: describeError(error),
      hint: "give a readable file, or - for standard input",
      cause: error,
    });
  }
}

import { CommanderError } from "commander";
import type { Command } from "commander";
import { loadPipeline } from "./pipeline.ts";
import type { Pipeline } from "./pipeline.ts";
import { makeProgram } from "./program/program.ts";

/** What may be exchanged around the command line. */
export interface CliOptions {
  /** Gives the pipeline once a command needs it; the real one when absent. */
  readonly loadPipeline?: () => Promise<Pipeline>;
}

/**
 * Runs one command line over the standard streams of this process. Never rejects: every failure is told on standard
 * error.
 *
 * @param argv the arguments after the program's name.
 * @returns The status to exit with.
 */
export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<number> {
  let status = 0;
  let commandName: string | undefined;
  const context = {
    loadPipeline: options.loadPipeline ?? loadPipeline,
    exit: (value: number): void => {
      status = value;
    },
  };
  const program = makeProgram(context, (command) => {
    commandName = command.name();
  });
  try {
    await program.parseAsync(withHelpOption(argv, program), { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const command = program.commands.find((one) => one.name() === commandName);
    // `start` of `pool start`.
    const inner = command?.commands.find((one) => one.name() === command.args[0]);
    if (inner !== undefined) commandName = `${commandName} ${inner.name()}`;
    const { json } = { json: false, ...program.opts(), ...command?.opts(), ...inner?.opts() };
    const { tellError } = await import("./session/tell-error.ts");
    return tellError(error, { commandName, json });
  }
}

/** `help run` as `run --help`, which loads the command's file first. */
function withHelpOption(argv: readonly string[], program: Command): readonly string[] {
  const [first, name] = argv;
  if (first !== "help" || name === undefined) return argv;
  return program.commands.some((command) => command.name() === name) ? [name, "--help"] : [name];
}

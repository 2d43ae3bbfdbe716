import type { Command } from "commander";
import {
  addCommonOptions,
  addJobOptions,
  addScriptOptions,
  addTraceOption,
  mergedOptions,
} from "../program/options.ts";
import { planJob } from "../request/job-options.ts";
import type { TypedJobOptions } from "../request/job-options.ts";
import { runJob } from "../session/run-job.ts";
import { openSession } from "../session/session.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

const help = `
Everything from the first word that is not an option is the command, and arrives as it is typed.
Arguments after -c TEXT or --script FILE are the script's. Standard input is the command's; give
< /dev/null where it must not be read.

Examples:
  winvm run -- cmd /c ver
  winvm run --timeout 5m --in src --out dist -- cmd /c build.bat release
  winvm run --script test.ps1 -- first second
  winvm run --from toolchain -- cc main.c     in a layer that \`winvm layer\` has made
  winvm run --json -- cmd /c 'exit 3000'      the last line holds all 32 bits of the code
`;

/** `winvm run`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Runs a command in a throw-away clone of a guest; makes the guest first where it is missing.",
    )
    .usage("[options] [--] COMMAND [ARGUMENTS…]")
    .argument("[command...]", "the command and its arguments")
    .passThroughOptions();
  addJobOptions(command);
  addScriptOptions(command);
  command.option(
    "--no-pool",
    "revive a pair even where a pool has one that stands ready; --trace does, too",
  );
  addTraceOption(command);
  addCommonOptions(command, {
    json: "one event a line, the command's output too; the last is the outcome",
  });
  command.addHelpText("after", help).action(async (operands: string[], _options, self: Command) => {
    const options: TypedJobOptions & CommonOptions = mergedOptions(self);
    // The machines of a pool are another process's: they would be missing in the trace.
    const pool = options.trace === undefined && options.pool !== false;
    const plan = planJob(
      operands,
      { ...options, pool },
      { env: process.env, workingDirectory: process.cwd() },
    );
    using session = openSession(options, { eventsAsJson: true });
    context.exit(await runJob(plan, session, context));
  });
}

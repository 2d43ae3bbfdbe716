import type { Command } from "commander";
import { CliError } from "../errors.ts";
import { rawTerminal } from "../input/raw-terminal.ts";
import {
  addCommonOptions,
  addTraceOption,
  addJobOptions,
  mergedOptions,
} from "../program/options.ts";
import { planJob } from "../request/job-options.ts";
import type { TypedJobOptions } from "../request/job-options.ts";
import { runJob } from "../session/run-job.ts";
import { openSession } from "../session/session.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

/** `winvm shell`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Opens an interactive shell in a throw-away clone of a guest; what you change is gone afterwards.",
    )
    .usage("[options] [--] [COMMAND [ARGUMENTS…]]")
    .argument("[command...]", "what to start instead of bash")
    .passThroughOptions();
  addJobOptions(command);
  addTraceOption(command);
  addCommonOptions(command);
  command.action(async (operands: string[], _options, self: Command) => {
    const options: TypedJobOptions & CommonOptions = mergedOptions(self);
    const argv = operands.length === 0 ? ["bash", "-l"] : operands;
    const caller = { env: process.env, workingDirectory: process.cwd() };
    const plan = planJob(argv, options, caller, "shell");
    if (!process.stdin.isTTY || !process.stdout.isTTY) {
      throw new CliError({
        code: "CLI_NO_TERMINAL",
        asked: "open a shell",
        happened: "standard input and output are not a terminal",
        hint: "winvm run --script - runs what comes on standard input",
      });
    }
    using terminal = rawTerminal(process.stdin);
    using session = openSession(
      { ...options, json: false },
      {
        // Until then Ctrl-C is ours: it cancels the preparation.
        onEvent: (event) => {
          if (event.type === "job:start") terminal.enter();
          if (event.type === "outcome") terminal[Symbol.dispose]();
        },
      },
    );
    const { columns, rows } = process.stdout;
    context.exit(
      // A login shell of Cygwin would go to the home directory.
      await runJob({ ...plan, env: { CHERE_INVOKING: "1", ...plan.env } }, session, context, {
        terminal: {
          term: process.env["TERM"] ?? "xterm",
          columns: columns || 80,
          rows: rows || 24,
        },
      }),
    );
  });
}

import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { garbageText } from "../render/listings.ts";
import { durationForm, parseDuration } from "../request/duration.ts";
import { usageError } from "../request/job-options.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

/** `winvm gc`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Removes from the store what is left of broken runs, and what was not used for long.",
    )
    .option("--older-than <time>", "what was not used for this long: 12h, 7d (default: 30d)")
    .option("--all", "everything that no live run uses")
    .option("-n, --dry-run", "only tell what would be removed");
  addCommonOptions(command, { json: "the report as an object" });
  command.action(async (_options, self: Command) => {
    const options: CommonOptions & { olderThan?: string; all?: boolean; dryRun?: boolean } =
      mergedOptions(self);
    const dryRun = options.dryRun ?? false;
    const olderThanMs =
      options.olderThan === undefined ? undefined : parseDuration(options.olderThan);
    if (options.olderThan !== undefined && olderThanMs === undefined) {
      throw usageError("gc", [
        { path: "--older-than", expected: durationForm, value: options.olderThan },
      ]);
    }
    await answer(options, context, async (pipeline, session) => {
      const report = await pipeline.collectGarbage(
        {
          all: options.all ?? false,
          dryRun,
          ...(olderThanMs === undefined ? {} : { olderThanMs }),
        },
        session.options,
      );
      return {
        value: report,
        text: garbageText(report, { dryRun, verbose: session.verbosity === "verbose" }),
      };
    });
  });
}

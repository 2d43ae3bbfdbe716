import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { garbageText } from "../render/listings.ts";
import { durationForm, parseDuration } from "../request/duration.ts";
import { parseSize, sizeForm } from "../request/size.ts";
import { usageError } from "../request/job-options.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

/** `winvm gc`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Removes from the store what is left of broken runs, what was not used for long, and what is too much. " +
        "What has a name stays; `winvm states --pin` and `winvm images --pin` say what else it never takes.",
    )
    .option("--older-than <time>", "what was not used for this long: 12h, 7d (default: 30d)")
    .option(
      "--max-size <size>",
      "the least recently used, until the store takes no more than this: 20G, 500M; alone it ends nothing by its age",
    )
    .option("--all", "everything that is not pinned, has no name, and that no live run uses")
    .option("--named", "treat states that have a name as if they had none")
    .option("-n, --dry-run", "only tell what would be removed");
  addCommonOptions(command, { json: "the report as an object" });
  command.action(async (_options, self: Command) => {
    const options: CommonOptions & {
      olderThan?: string;
      maxSize?: string;
      all?: boolean;
      named?: boolean;
      dryRun?: boolean;
    } = mergedOptions(self);
    const dryRun = options.dryRun ?? false;
    const olderThanMs =
      options.olderThan === undefined ? undefined : parseDuration(options.olderThan);
    const maxBytes = options.maxSize === undefined ? undefined : parseSize(options.maxSize);
    const faults = [
      ...(options.olderThan !== undefined && olderThanMs === undefined
        ? [{ path: "--older-than", expected: durationForm, value: options.olderThan }]
        : []),
      ...(options.maxSize !== undefined && maxBytes === undefined
        ? [{ path: "--max-size", expected: sizeForm, value: options.maxSize }]
        : []),
    ];
    if (faults.length > 0) throw usageError("gc", faults);
    await answer(options, context, async (pipeline, session) => {
      const report = await pipeline.collectGarbage(
        {
          all: options.all ?? false,
          named: options.named ?? false,
          dryRun,
          ...(olderThanMs === undefined ? {} : { olderThanMs }),
          ...(maxBytes === undefined ? {} : { maxBytes }),
        },
        session.options,
      );
      return {
        value: report,
        text: garbageText(report, { dryRun, maxBytes, verbose: session.verbosity === "verbose" }),
      };
    });
  });
}

import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { needsText } from "../render/listings.ts";
import { paintFor } from "../render/paint.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext } from "../session/session.ts";

/** `winvm doctor`. */
export function configure(command: Command, context: CliContext): void {
  command.description(
    "Examines what this machine has and lacks, and tells what to do about it; exits with 1 if it lacks anything.",
  );
  addCommonOptions(command, { json: "an array of needs" });
  command.action((_options, self: Command) =>
    answer(mergedOptions(self), context, async (pipeline, session) => {
      const needs = await pipeline.examineHost(session.options);
      return {
        value: needs,
        text: needsText(needs, paintFor(process.stdout)),
        status: needs.some(({ status }) => status === "lacking") ? 1 : 0,
      };
    }),
  );
}

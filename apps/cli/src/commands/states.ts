import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { stateTable } from "../render/listings.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext } from "../session/session.ts";

/** `winvm states`. */
export function configure(command: Command, context: CliContext): void {
  command.description("Lists the frozen guests of the store.");
  addCommonOptions(command, { json: "an array of records" });
  command.action((_options, self: Command) =>
    answer(mergedOptions(self), context, async (pipeline, session) => {
      const states = await pipeline.listStates(session.options);
      return { value: states, text: stateTable(states, Date.now()) };
    }),
  );
}

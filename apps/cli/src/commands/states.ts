import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { stateTable } from "../render/listings.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext } from "../session/session.ts";
import { nameAnswer, requireOne, type NameOptions } from "./names.ts";
import { addPinOptions, pinAnswer, type PinOptions } from "./pins.ts";

/** `winvm states`. */
export function configure(command: Command, context: CliContext): void {
  command.description("Lists the frozen guests of the store.");
  addPinOptions(command, "state");
  command
    .option(
      "--name <name=state>",
      "give a state a name, which keeps it from `winvm gc`, too: its key, the beginning of it, or another name",
    )
    .option("--unname <name>", "give a name up; its state stays until `winvm gc`");
  addCommonOptions(command, {
    json: "an array of records; one record with --pin, --unpin, --name and --unname",
  });
  command.action((_options, self: Command) => {
    const options: PinOptions & NameOptions = mergedOptions(self);
    requireOne(options);
    return answer(options, context, async (pipeline, session) => {
      const pinned = await pinAnswer("states", options, pipeline, session);
      if (pinned !== undefined) return pinned;
      const named = await nameAnswer(options, pipeline, session);
      if (named !== undefined) return named;
      const states = await pipeline.listStates(session.options);
      return { value: states, text: stateTable(states, Date.now()) };
    });
  });
}

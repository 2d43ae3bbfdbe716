import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { stateTable } from "../render/listings.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext } from "../session/session.ts";
import { addPinOptions, pinAnswer, type PinOptions } from "./pins.ts";

/** `winvm states`. */
export function configure(command: Command, context: CliContext): void {
  command.description("Lists the frozen guests of the store.");
  addPinOptions(command, "state");
  addCommonOptions(command, { json: "an array of records; one record with --pin and --unpin" });
  command.action((_options, self: Command) => {
    const options: PinOptions = mergedOptions(self);
    return answer(options, context, async (pipeline, session) => {
      const pinned = await pinAnswer("states", options, pipeline, session);
      if (pinned !== undefined) return pinned;
      const states = await pipeline.listStates(session.options);
      return { value: states, text: stateTable(states, Date.now()) };
    });
  });
}

import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { imageTable } from "../render/listings.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext } from "../session/session.ts";

/** `winvm images`. */
export function configure(command: Command, context: CliContext): void {
  command.description("Lists the installed disks of the store.");
  addCommonOptions(command, { json: "an array of records" });
  command.action((_options, self: Command) =>
    answer(mergedOptions(self), context, async (pipeline, session) => {
      const images = await pipeline.listImages(session.options);
      return { value: images, text: imageTable(images, Date.now()) };
    }),
  );
}

import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { imageTable } from "../render/listings.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext } from "../session/session.ts";
import { addPinOptions, pinAnswer, type PinOptions } from "./pins.ts";

/** `winvm images`. */
export function configure(command: Command, context: CliContext): void {
  command.description("Lists the installed disks of the store.");
  addPinOptions(command, "image");
  addCommonOptions(command, { json: "an array of records; one record with --pin and --unpin" });
  command.action((_options, self: Command) => {
    const options: PinOptions = mergedOptions(self);
    return answer(options, context, async (pipeline, session) => {
      const pinned = await pinAnswer("images", options, pipeline, session);
      if (pinned !== undefined) return pinned;
      const images = await pipeline.listImages(session.options);
      return { value: images, text: imageTable(images, Date.now()) };
    });
  });
}

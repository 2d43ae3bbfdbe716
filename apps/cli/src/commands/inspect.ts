import type { Command } from "commander";
import { resolve } from "node:path";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { mediaText } from "../render/media.ts";
import { answer } from "../session/answer-command.ts";
import type { CliContext } from "../session/session.ts";

/** `winvm inspect`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Tells what a Windows ISO holds: version, architecture, editions, languages. Reads the file only.",
    )
    .argument("<iso>", "the ISO file");
  addCommonOptions(command, { json: "one object" });
  command.action((iso: string, _options, self: Command) =>
    answer(mergedOptions(self), context, async (pipeline) => {
      const media = await pipeline.inspectMedia(resolve(iso));
      return { value: media, text: mediaText(media) };
    }),
  );
}

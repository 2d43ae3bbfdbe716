import type { Command } from "commander";
import {
  addCommonOptions,
  addTraceOption,
  addMediaOptions,
  mergedOptions,
} from "../program/options.ts";
import { usageError } from "../request/job-options.ts";
import { mediaRequest, missingGuest, type TypedMediaOptions } from "../request/media-options.ts";
import { runStage } from "../session/stage-command.ts";
import { openSession } from "../session/session.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";

/** `winvm install`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Installs a guest unattended, unless the store has it; prints the image's directory.",
    )
    .argument(
      "[guest]",
      "a name of the catalogue: reference, 7, 11, … (default: what the ISO holds)",
    );
  addMediaOptions(command);
  addTraceOption(command);
  addCommonOptions(command, { json: "one event a line; the last is the outcome" });
  command.action(async (guest: string | undefined, _options, self: Command) => {
    const options: CommonOptions & TypedMediaOptions = mergedOptions(self);
    if (guest === undefined && options.iso === undefined)
      throw usageError("install", [missingGuest("install")]);
    const media = mediaRequest(options, process.cwd());
    using session = openSession(options, { eventsAsJson: true });
    context.exit(
      await runStage(
        session,
        context,
        (pipeline) => pipeline.install({ guest, ...media }, session.options),
        (image) => ({ outcome: { kind: "installed", image }, line: image.directory }),
      ),
    );
  });
}

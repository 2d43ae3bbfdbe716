import type { Command } from "commander";
import { addCommonOptions, mergedOptions } from "../program/options.ts";
import { runStage } from "../session/stage-command.ts";
import { openSession } from "../session/session.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";
import { resolve } from "node:path";

/** `winvm install`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Installs a guest unattended, unless the store has it; prints the image's directory.",
    )
    .argument("<guest>", "a name of the catalogue: reference, 7, 11, …")
    .option("--iso <file>", "the Windows installation ISO; not for the reference guest");
  addCommonOptions(command, { json: "one event a line; the last is the outcome" });
  command.action(async (guest: string, _options, self: Command) => {
    const options: CommonOptions & { iso?: string } = mergedOptions(self);
    using session = openSession(options, { eventsAsJson: true });
    const iso = options.iso === undefined ? undefined : resolve(options.iso);
    context.exit(
      await runStage(
        session,
        context,
        (pipeline) => pipeline.install({ guest, iso }, session.options),
        (image) => ({ outcome: { kind: "installed", image }, line: image.directory }),
      ),
    );
  });
}

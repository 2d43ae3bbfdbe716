import type { Command } from "commander";
import { resolve } from "node:path";
import { addCommonOptions, addGuestOptions, mergedOptions } from "../program/options.ts";
import { openSession } from "../session/session.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";
import { runStage } from "../session/stage-command.ts";

/** `winvm suspend`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Boots an installed guest and freezes it, unless the store has it; prints the state's directory.",
    )
    .argument("<guest>", "a name of the catalogue: reference, 7, 11, …");
  addGuestOptions(command);
  addCommonOptions(command, { json: "one event a line; the last is the outcome" });
  command.action(async (guest: string, _options, self: Command) => {
    const options: CommonOptions & { iso?: string; rebuild?: boolean } = mergedOptions(self);
    using session = openSession(options, { eventsAsJson: true });
    const iso = options.iso === undefined ? undefined : resolve(options.iso);
    context.exit(
      await runStage(
        session,
        context,
        (pipeline) =>
          pipeline.suspend({ guest, iso, rebuild: options.rebuild ?? false }, session.options),
        (state) => ({ outcome: { kind: "suspended", state }, line: state.directory }),
      ),
    );
  });
}

import type { Fault } from "@winvm/runtime";
import type { Command } from "commander";
import {
  addCommonOptions,
  addTraceOption,
  addGuestOptions,
  mergedOptions,
} from "../program/options.ts";
import { usageError } from "../request/job-options.ts";
import { mediaRequest, missingGuest, type TypedMediaOptions } from "../request/media-options.ts";
import { resourceRequest, type TypedResources } from "../request/resources.ts";
import { openSession } from "../session/session.ts";
import type { CliContext, CommonOptions } from "../session/session.ts";
import { runStage } from "../session/stage-command.ts";

/** `winvm suspend`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Boots an installed guest and freezes it, unless the store has it; prints the state's directory.",
    )
    .argument(
      "[guest]",
      "a name of the catalogue: reference, 7, 11, … (default: what the ISO holds)",
    );
  addGuestOptions(command);
  addTraceOption(command);
  addCommonOptions(command, { json: "one event a line; the last is the outcome" });
  command.action(async (guest: string | undefined, _options, self: Command) => {
    const options: CommonOptions & TypedMediaOptions & TypedResources & { rebuild?: boolean } =
      mergedOptions(self);
    const faults: Fault[] = [];
    const resources = resourceRequest(options, faults);
    if (guest === undefined && options.iso === undefined) faults.push(missingGuest("suspend"));
    if (faults.length > 0) throw usageError("suspend", faults);
    const media = mediaRequest(options, process.cwd());
    using session = openSession(options, { eventsAsJson: true });
    context.exit(
      await runStage(
        session,
        context,
        (pipeline) =>
          pipeline.suspend(
            { guest, ...media, ...resources, rebuild: options.rebuild ?? false },
            session.options,
          ),
        (state) => ({ outcome: { kind: "suspended", state }, line: state.directory }),
      ),
    );
  });
}

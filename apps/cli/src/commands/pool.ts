import type { Command } from "commander";
import type { CliContext } from "../session/session.ts";
import { configureStart } from "./pool/start.ts";
import { configureStatus } from "./pool/status.ts";
import { configureStop } from "./pool/stop.ts";

/** `winvm pool`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Keeps revived pairs ready, which stand still until a run takes one: it has its first byte after an instant.",
    )
    .usage("COMMAND [options]")
    .helpCommand(false);
  configureStart(
    command.command("start").summary("keep pairs ready, in the background until it is stopped"),
    context,
  );
  configureStatus(command.command("status").summary("tell what the pools have"), context);
  configureStop(command.command("stop").summary("end the pools of the store"), context);
}

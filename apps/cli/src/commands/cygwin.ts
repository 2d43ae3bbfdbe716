import type { Command } from "commander";
import type { CliContext } from "../session/session.ts";
import { configureFetch } from "./cygwin/fetch.ts";
import { configureIso } from "./cygwin/iso.ts";
import { configureResolve } from "./cygwin/resolve.ts";

/** `winvm cygwin`. */
export function configure(command: Command, context: CliContext): void {
  command
    .description(
      "Makes what Cygwin's setup program installs from without a network: chooses packages from an index, fetches them from a mirror, packs them into an ISO.",
    )
    .usage("COMMAND [options]")
    .helpCommand(false);
  configureResolve(
    command.command("resolve").summary("tell which packages an index gives for a request"),
    context,
  );
  configureFetch(
    command.command("fetch").summary("make a repository with all that is needed from a mirror"),
    context,
  );
  configureIso(
    command.command("iso").summary("pack a repository into an ISO, the same for the same lock"),
    context,
  );
}

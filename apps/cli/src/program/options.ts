import type { Command } from "commander";

/** Collects an option that may be given more than once. */
export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** The options of every command, also accepted before the command's name. */
export function addCommonOptions(command: Command, { json }: { json?: string } = {}): void {
  command.option("--store <dir>", "the store's directory (default: $XDG_CACHE_HOME/winvm)");
  if (json !== undefined) command.option("--json", json);
  command
    .option("-q, --quiet", "tell about errors only")
    .option("-v, --verbose", "tell about each step, and what the machines' consoles say");
}

/** The options of the commands that need a guest. */
export function addGuestOptions(command: Command): void {
  command
    .option("--iso <file>", "the Windows installation ISO; not for the reference guest")
    .option("--rebuild", "make the state anew from its image");
}

/** The options of the commands that start something in a guest. */
export function addJobOptions(command: Command): void {
  command.option("-g, --guest <name>", "which guest (default: reference)");
  addGuestOptions(command);
  command
    .option(
      "--share <name=dir[:ro]>",
      "give the guest a directory of this host; `nixstore` becomes S: (repeatable)",
      collect,
    )
    .option(
      "-e, --env <k=v>",
      "set a variable; K alone takes its value from here (repeatable)",
      collect,
    )
    .option("--in <dir>", "give the command the files of a directory, in WINVM_IN")
    .option("--out <dir>", "bring back what the command leaves in WINVM_OUT")
    .option("--cwd <dir>", "the guest's directory to start in (default: the inputs')");
}

/** A command's options over those before its name, and over those before its parent's. */
export function mergedOptions(command: Command): object {
  const before = command.parent === null ? {} : mergedOptions(command.parent);
  return { ...before, ...command.opts() };
}

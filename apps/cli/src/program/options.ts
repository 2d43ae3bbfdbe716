import type { Command } from "commander";

/** Collects an option that may be given more than once. */
function collect(value: string, earlier: readonly string[] = []): readonly string[] {
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

/** The options about what a guest is installed from. */
export function addMediaOptions(command: Command): void {
  command
    .option("--iso <file>", "the Windows installation ISO; not for the reference guest")
    .option("--edition <name>", "which edition of the ISO (default: the usual one that it holds)")
    .option("--language <tag>", "the language to install (default: the ISO's)")
    .option("--product-key <key>", "five groups of five; not for evaluation ISOs");
}

/** The options of the commands that need a guest. */
export function addGuestOptions(command: Command): void {
  addMediaOptions(command);
  command.option("--rebuild", "make the state anew from its image");
}

/** The options of the commands that start something in a guest. */
export function addJobOptions(command: Command): void {
  command.option("-g, --guest <name>", "which guest (default: what the ISO holds, or reference)");
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

/** A command's options over those before its name. */
export function mergedOptions(command: Command): object {
  return { ...command.parent?.opts(), ...command.opts() };
}

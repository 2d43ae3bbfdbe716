import type { Command } from "commander";
import { shells } from "../request/job-options.ts";

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

/** The options about what a guest is installed from, and how. */
export function addMediaOptions(command: Command): void {
  command
    .option("--iso <file>", "the Windows installation ISO; not for the reference guest")
    .option(
      "--cygwin <file>",
      "the ISO that `winvm cygwin iso` makes, for a Windows to be installed",
    );
  addSetupOptions(command);
}

/** The options about how Windows is set up; what is left out is the guest's usual. */
export function addSetupOptions(command: Command): void {
  command
    .optionsGroup("Setting up a Windows:")
    .option("--edition <name>", "which edition of the ISO (default: the usual one that it holds)")
    .option("--product-key <key>", "five groups of five; not for evaluation ISOs")
    .option("--arch <name>", "amd64 or x86 (default: the ISO's)")
    .option("--firmware <name>", "bios or uefi")
    .option("--language <tag>", "the language to install (default: the ISO's)")
    .option("--keyboard <name>", "a language tag, or a form like 0407:00000407")
    .option("--time-zone <name>", "Windows' name of it (default: UTC)")
    .option("--computer-name <name>", "at most 15 letters, digits and hyphens (default: WINVM)")
    .option("--user <name>", "make this account too, with the rights of an administrator")
    .option("--password <text>", "Administrator's, and that account's (default: one is made up)")
    .option("--command <line>", "run this too at the first logon (repeatable)", collect)
    .option("--tpm <kind>", "bypass: without a TPM; emulated: with one, from swtpm")
    .option(
      "--driver <dir>",
      "drivers for Setup and Windows: a directory here, or as Setup sees it (repeatable)",
      collect,
    )
    .option("--shell-provider <name>", "cygwin, win32-openssh or in-box")
    .option("--openssh <file>", "Win32-OpenSSH's .zip or .msi, for that provider")
    .optionsGroup("Options:");
}

/** The options of the commands that write answers without an ISO. */
export function addAnswerOptions(command: Command): void {
  addSetupOptions(command);
  command
    .option("--evaluation", "for an evaluation ISO: it takes no key; give --image as well")
    .option("--image <n|name>", "the image of the ISO: its index, or its name")
    .option("--address <ip/n>", "the guest's address (default: 192.168.0.1/24, as winvm needs it)");
}

/** The option of the commands that run machines. */
export function addTraceOption(command: Command): void {
  command.option("--trace <file>", "write what took how long, for Perfetto or chrome://tracing");
}

/** The options of the commands that need a guest. */
export function addGuestOptions(
  command: Command,
  rebuild = "make the state anew from its image",
): void {
  addMediaOptions(command);
  command
    .option("--rebuild", rebuild)
    .option("--memory <size>", "the guest's RAM, like 8G (default: what the catalogue gives it)")
    .option("--cpus <n>", "the guest's processors (default: the catalogue's)");
}

/** The options that say which state is revived. */
export function addStateOptions(command: Command): void {
  command
    .option("-g, --guest <name>", "which guest (default: what the ISO holds, or reference)")
    .option(
      "--from <state>",
      "which state, instead of a guest: a layer's name, or the beginning of a key",
    );
  addGuestOptions(command);
}

/** The options of the commands that start something in a guest. */
export function addJobOptions(command: Command): void {
  addStateOptions(command);
  addWorkOptions(command);
  command
    .option("--clock <what>", "frozen (the default), host, or a time: 2026-01-31T12:00:00Z")
    .option(
      "--identity <what>",
      "same (the default); fresh: other random numbers, another host name",
    );
}

/** What a command in a guest gets from here and gives back. */
export function addWorkOptions(command: Command): void {
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

/** How long a command may take, and text in place of a program. */
export function addScriptOptions(command: Command): void {
  command
    .option("-t, --timeout <time>", "end the command after 500ms, 30s, 5m, 1h or plain seconds")
    .option(
      "--shell <name>",
      `which shell runs the text: ${shells.join(", ")} (default: by the script's name, or bash)`,
    )
    .option("-c <text>", "run a text instead of a program")
    .option("--script <file>", "run a script of this host; - is standard input");
}

/** A command's options over those before its name, and over those before its parent's. */
export function mergedOptions(command: Command): object {
  const before = command.parent === null ? {} : mergedOptions(command.parent);
  return { ...before, ...command.opts() };
}

import { Command } from "commander";
import type { CliContext } from "../session/session.ts";
import { addCommonOptions } from "./options.ts";
import { versionLine } from "./version.ts";

/** A command's file: its options and what it does. */
interface CommandModule {
  configure(command: Command, context: CliContext): void;
}

interface Entry {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

const entries: readonly Entry[] = [
  {
    name: "run",
    group: "Run:",
    summary: "run a command in a throw-away clone of a guest",
    load: () => import("../commands/run.ts"),
  },
  {
    name: "map",
    group: "Run:",
    summary: "run a command for each item of a list, many clones at once",
    load: () => import("../commands/map.ts"),
  },
  {
    name: "shell",
    group: "Run:",
    summary: "work in a clone of a guest by hand",
    load: () => import("../commands/shell.ts"),
  },
  {
    name: "layer",
    group: "Run:",
    summary: "do set-up work in a guest once, and keep it frozen under a name",
    load: () => import("../commands/layer.ts"),
  },
  {
    name: "pool",
    group: "Run:",
    summary: "keep pairs ready, so that a run begins at once",
    load: () => import("../commands/pool.ts"),
  },
  {
    name: "install",
    group: "Prepare (run does it by itself):",
    summary: "install a guest from its ISO, unattended",
    load: () => import("../commands/install.ts"),
  },
  {
    name: "rehearse",
    group: "Prepare (run does it by itself):",
    summary: "play an installation of a Windows without its ISO",
    load: () => import("../commands/rehearse.ts"),
  },
  {
    name: "suspend",
    group: "Prepare (run does it by itself):",
    summary: "boot an installed guest and freeze it, ready to be revived",
    load: () => import("../commands/suspend.ts"),
  },
  {
    name: "answer",
    group: "Prepare (run does it by itself):",
    summary: "print the answer file of a Windows",
    load: () => import("../commands/answer.ts"),
  },
  {
    name: "media",
    group: "Prepare (run does it by itself):",
    summary: "write the set-up media of a Windows",
    load: () => import("../commands/media.ts"),
  },
  {
    name: "inspect",
    group: "Prepare (run does it by itself):",
    summary: "tell what a Windows ISO holds",
    load: () => import("../commands/inspect.ts"),
  },
  {
    name: "images",
    group: "Store:",
    summary: "list the installed disks",
    load: () => import("../commands/images.ts"),
  },
  {
    name: "states",
    group: "Store:",
    summary: "list the frozen guests",
    load: () => import("../commands/states.ts"),
  },
  {
    name: "export",
    group: "Store:",
    summary: "write a state and all that it needs into one file",
    load: () => import("../commands/export.ts"),
  },
  {
    name: "import",
    group: "Store:",
    summary: "take a state from such a file",
    load: () => import("../commands/import.ts"),
  },
  {
    name: "gc",
    group: "Store:",
    summary: "remove what is not needed from the store",
    load: () => import("../commands/gc.ts"),
  },
  {
    name: "cygwin",
    group: "Media:",
    summary: "choose, fetch and pack the packages of Cygwin for an offline installation",
    load: () => import("../commands/cygwin.ts"),
  },
  {
    name: "doctor",
    group: "Help:",
    summary: "examine what this machine has and lacks",
    load: () => import("../commands/doctor.ts"),
  },
];

const examples = `
Examples:
  winvm run -- cmd /c ver                       its output and exit code, as if it ran here
  winvm run --in src --out dist -- build.bat    files there and back
  winvm run --iso win11.iso --cygwin cygwin.iso -- cmd /c ver
                                                installs Windows 11 unattended first, once
  winvm run --share nixstore=/nix/store:ro -- cmd /c dir S:\\
  winvm run --shell powershell -c 'Get-Date'    text instead of a program
  winvm layer tools --from reference --in installers -- cmd /c install.bat
  winvm run --from tools -- cmd /c build.bat    what was installed once is there
  winvm shell                                   look around by hand

Exit status: the command's own; 124 after --timeout, 125 when winvm itself fails, 126 when the
command can't be executed, 127 when it is not found, 130 after Ctrl-C.
`;

/**
 * The whole command line. The file of a command is loaded only when that command is called, so that help and
 * version are quick.
 *
 * @param onCommand is told which command was found.
 */
export function makeProgram(context: CliContext, onCommand: (command: Command) => void): Command {
  const program = new Command("winvm");
  program
    .description(
      "Runs a command in a real Windows VM and gives back its output, its files and its exit code.",
    )
    .usage("COMMAND [options] …")
    .version(versionLine(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .addHelpCommand(
      new Command("help")
        .argument("[command]")
        .summary("print help about a command")
        .helpGroup("Help:"),
    )
    .enablePositionalOptions()
    .exitOverride()
    // What is wrong is told in one place, in our own form.
    .configureOutput({ outputError: () => {} })
    .addHelpText("after", examples);
  addCommonOptions(program, { json: "write JSON to standard output" });
  const modules = new Map<string, Entry["load"]>();
  for (const entry of entries) {
    program.command(entry.name).summary(entry.summary).helpGroup(entry.group);
    modules.set(entry.name, entry.load);
  }
  program.hook("preSubcommand", async (_program, command) => {
    onCommand(command);
    const module = await modules.get(command.name())?.();
    module?.configure(command, context);
  });
  return program;
}

import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { childrenOf, descend, textOf } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import { splitCommandLine } from "./command-line.ts";
import type { Finding } from "../refusal.ts";
import type { CommandPass, PlannedCommand } from "./plan.ts";

/** The commands of all passes, each list in the order of its `Order`. */
export function planCommands(
  document: AnswerDocument,
  rehearsed = false,
): Readonly<Record<CommandPass, readonly PlannedCommand[]>> {
  const synchronous = (name: string, pass: "windowsPE" | "specialize"): PlannedCommand[] =>
    inOrder(
      childrenOf(
        descend(component(document, pass, name), "RunSynchronous"),
        "RunSynchronousCommand",
      ),
    ).map((item) => planCommand(item, "Path", rehearsed));
  const logon = component(document, "oobeSystem", "Microsoft-Windows-Shell-Setup");
  return {
    windowsPE: synchronous("Microsoft-Windows-Setup", "windowsPE"),
    specialize: synchronous("Microsoft-Windows-Deployment", "specialize"),
    oobeSystem: inOrder(childrenOf(descend(logon, "FirstLogonCommands"), "SynchronousCommand")).map(
      (item) => planCommand(item, "CommandLine", rehearsed),
    ),
  };
}

const unplayed = ["RunAsynchronous", "LogonCommands"];

/** Commands that Windows runs beside everything else; this guest runs one after the other. */
export function unplayedCommands(document: AnswerDocument): Finding[] {
  return document.components.flatMap(({ pass, name, element }) =>
    unplayed.flatMap((list) =>
      childrenOf(element, list).map((at): Finding => {
        const reason = "this guest runs no commands beside others";
        return { kind: "unplayable", pass, setting: `${name}/${list}`, reason, at, whole: true };
      }),
    ),
  );
}

/** How a command line is run in this guest. */
export function classifyCommand(line: string): Pick<PlannedCommand, "argv" | "kind"> {
  const argv = splitCommandLine(expandVariables(line));
  const program = (argv[0] ?? "").split(/[\\/]/).at(-1) ?? "";
  const posix = /^(bash|sh|shutdown)(\.exe)?$/i.test(program);
  return { argv, kind: posix ? "posix" : "windows" };
}

const drives = "d e f g h i j k l";

/**
 * How a command line of another Windows is run when its installation is played. What needs Cygwin, which is not installed
 * here, is done the reference guest's way: winvm's `setup.sh` in place of the batch file that leads to it.
 */
export function rehearseCommand(line: string): Pick<PlannedCommand, "argv" | "kind" | "playedBy"> {
  if (!/\\winvm\\setup\.cmd\b/i.test(line)) return classifyCommand(line);
  const script = `for d in ${drives}; do s=/cygdrive/$d/winvm/setup.sh; if [ -f $s ]; then exec bash $s; fi; done; exit 3`;
  return {
    kind: "posix",
    argv: ["bash", "-l", "-c", script],
    playedBy: "winvm/setup.sh in place of winvm\\setup.cmd, which would install a shell first",
  };
}

const variables: Readonly<Record<string, string>> = {
  systemdrive: "C:",
  systemroot: "C:\\windows",
  windir: "C:\\windows",
  comspec: "C:\\windows\\system32\\cmd.exe",
  programfiles: "C:\\Program Files",
  programdata: "C:\\ProgramData",
};

/** Setup replaces `%NAME%` before it starts a command. */
function expandVariables(line: string): string {
  return line.replace(
    /%([A-Za-z]+)%/g,
    (whole, name: string) => variables[name.toLowerCase()] ?? whole,
  );
}

function planCommand(item: AnswerElement, key: string, rehearsed: boolean): PlannedCommand {
  const line = textOf(item, key) ?? "";
  const reboot = textOf(item, "WillReboot")?.toLowerCase();
  return {
    line,
    description: textOf(item, "Description") ?? "",
    ...(rehearsed ? rehearseCommand(line) : classifyCommand(line)),
    willReboot: reboot === "always" ? "Always" : reboot === "onrequest" ? "OnRequest" : "Never",
  };
}

function inOrder(items: readonly AnswerElement[]): AnswerElement[] {
  return items.toSorted(
    (one, other) => Number(textOf(one, "Order")) - Number(textOf(other, "Order")),
  );
}

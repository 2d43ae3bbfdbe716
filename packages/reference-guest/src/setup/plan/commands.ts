import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { childrenOf, descend, textOf } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import { splitCommandLine } from "./command-line.ts";
import type { CommandPass, PlannedCommand } from "./plan.ts";

/** The commands of all passes, each list in the order of its `Order`. */
export function planCommands(
  document: AnswerDocument,
): Readonly<Record<CommandPass, readonly PlannedCommand[]>> {
  const synchronous = (name: string, pass: "windowsPE" | "specialize"): PlannedCommand[] =>
    inOrder(
      childrenOf(
        descend(component(document, pass, name), "RunSynchronous"),
        "RunSynchronousCommand",
      ),
    ).map((item) => planCommand(item, "Path"));
  const logon = component(document, "oobeSystem", "Microsoft-Windows-Shell-Setup");
  return {
    windowsPE: synchronous("Microsoft-Windows-Setup", "windowsPE"),
    specialize: synchronous("Microsoft-Windows-Deployment", "specialize"),
    oobeSystem: inOrder(childrenOf(descend(logon, "FirstLogonCommands"), "SynchronousCommand")).map(
      (item) => planCommand(item, "CommandLine"),
    ),
  };
}

/** How a command line is run in this guest. */
export function classifyCommand(line: string): Pick<PlannedCommand, "argv" | "kind"> {
  const argv = splitCommandLine(expandVariables(line));
  const program = (argv[0] ?? "").split(/[\\/]/).at(-1) ?? "";
  const posix = /^(bash|sh|shutdown)(\.exe)?$/i.test(program);
  return { argv, kind: posix ? "posix" : "windows" };
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

function planCommand(item: AnswerElement, key: string): PlannedCommand {
  const line = textOf(item, key) ?? "";
  const reboot = textOf(item, "WillReboot")?.toLowerCase();
  return {
    line,
    description: textOf(item, "Description") ?? "",
    ...classifyCommand(line),
    willReboot: reboot === "always" ? "Always" : reboot === "onrequest" ? "OnRequest" : "Never",
  };
}

function inOrder(items: readonly AnswerElement[]): AnswerElement[] {
  return items.toSorted(
    (one, other) => Number(textOf(one, "Order")) - Number(textOf(other, "Order")),
  );
}

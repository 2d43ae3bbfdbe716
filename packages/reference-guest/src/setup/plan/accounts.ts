import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { child, childrenOf, descend, textOf } from "../answer/element.ts";
import type { FilePart, Finding, FindingKind } from "../refusal.ts";
import { atLeast } from "../systems/system.ts";
import type { SetupSystem } from "../systems/system.ts";
import type { AccountPlan } from "./plan.ts";

const SHELL = "Microsoft-Windows-Shell-Setup";

/** Who exists and who is logged on first. */
export function planAccounts(
  document: AnswerDocument,
  system: SetupSystem,
): {
  readonly accounts: readonly AccountPlan[];
  readonly logon: string;
  readonly findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  const refuse = (setting: string, reason: string, at?: FilePart, kind?: FindingKind): void => {
    findings.push({ kind, pass: "oobeSystem", setting: `${SHELL}/${setting}`, reason, at });
  };
  const shell = component(document, "oobeSystem", SHELL);
  const computerName = textOf(component(document, "specialize", SHELL), "ComputerName");
  const local = childrenOf(descend(shell, "UserAccounts", "LocalAccounts"), "LocalAccount");
  const accounts = local.map((item): AccountPlan => {
    const name = textOf(item, "Name") ?? "";
    if (!/^[^/\\[\]:;|=,+*?<>"%@]{1,20}$/.test(name))
      refuse(
        "UserAccounts/LocalAccounts/LocalAccount/Name",
        `${JSON.stringify(name)} is no account name`,
        child(item, "Name"),
      );
    else if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name))
      refuse(
        "UserAccounts/LocalAccounts/LocalAccount/Name",
        `${name} cannot be made by this guest: letters, digits, _ and - only`,
        child(item, "Name"),
        "unplayable",
      );
    else if (name.toLowerCase() === computerName?.toLowerCase())
      refuse(
        "UserAccounts/LocalAccounts/LocalAccount/Name",
        `${name} is the computer's name`,
        child(item, "Name"),
      );
    const groups = (textOf(item, "Group") ?? "")
      .split(";")
      .map((group) => group.trim().toLowerCase());
    return { name, administrator: groups.includes("administrators") };
  });
  const logon = child(shell, "AutoLogon");
  const enabled = textOf(logon, "Enabled")?.toLowerCase() === "true";
  const commands = descend(shell, "FirstLogonCommands", "SynchronousCommand") !== undefined;
  if (commands && !enabled)
    refuse(
      "AutoLogon",
      "without it nobody logs on, and the first logon commands never run",
      child(logon, "Enabled"),
    );
  const user = textOf(logon, "Username") ?? "Administrator";
  const builtIn = user.toLowerCase() === "administrator";
  // Windows does not tell upper from lower case there.
  const account = accounts.find(({ name }) => name.toLowerCase() === user.toLowerCase());
  if (!builtIn && account === undefined)
    refuse("AutoLogon/Username", `there is no account ${user}`, child(logon, "Username"));
  // From Windows 10 on, nobody is asked for an account where AutoLogon is configured (Microsoft, AutoLogon).
  if (
    accounts.length === 0 &&
    !(enabled && atLeast(system, "10.0")) &&
    textOf(shell, "UserAccounts", "AdministratorPassword", "Value") === undefined
  )
    refuse(
      "UserAccounts",
      "no account: neither LocalAccounts nor AdministratorPassword; Setup would ask",
    );
  return { accounts, logon: builtIn ? "Administrator" : (account?.name ?? user), findings };
}

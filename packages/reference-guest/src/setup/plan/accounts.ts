import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { child, childrenOf, descend, textOf } from "../answer/element.ts";
import type { FindingKind, Refusal } from "../refusal.ts";
import type { AccountPlan } from "./plan.ts";

const SHELL = "Microsoft-Windows-Shell-Setup";

/** Who exists and who is logged on first. */
export function planAccounts(document: AnswerDocument): {
  readonly accounts: readonly AccountPlan[];
  readonly logon: string;
  readonly refusals: readonly Refusal[];
} {
  const refusals: Refusal[] = [];
  const refuse = (setting: string, reason: string, kind?: FindingKind): void => {
    const more = kind === undefined ? {} : { kind };
    refusals.push({ ...more, pass: "oobeSystem", setting: `${SHELL}/${setting}`, reason });
  };
  const shell = component(document, "oobeSystem", SHELL);
  const local = childrenOf(descend(shell, "UserAccounts", "LocalAccounts"), "LocalAccount");
  const accounts = local.map((item): AccountPlan => {
    const name = textOf(item, "Name") ?? "";
    if (!/^[^/\\[\]:;|=,+*?<>"%@]{1,20}$/.test(name))
      refuse(
        "UserAccounts/LocalAccounts/LocalAccount/Name",
        `${JSON.stringify(name)} is no account name`,
      );
    else if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name))
      refuse(
        "UserAccounts/LocalAccounts/LocalAccount/Name",
        `${name} cannot be made by this guest: letters, digits, _ and - only`,
        "unplayable",
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
    refuse("AutoLogon", "without it nobody logs on, and the first logon commands never run");
  const user = textOf(logon, "Username") ?? "Administrator";
  const builtIn = user.toLowerCase() === "administrator";
  if (!builtIn && !accounts.some(({ name }) => name.toLowerCase() === user.toLowerCase()))
    refuse("AutoLogon/Username", `there is no account ${user}`);
  if (
    accounts.length === 0 &&
    textOf(shell, "UserAccounts", "AdministratorPassword", "Value") === undefined
  )
    refuse(
      "UserAccounts",
      "no account: neither LocalAccounts nor AdministratorPassword; Setup would ask",
    );
  return { accounts, logon: builtIn ? "Administrator" : user, refusals };
}

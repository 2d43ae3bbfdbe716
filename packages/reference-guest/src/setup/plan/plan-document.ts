import type { AnswerDocument } from "../answer/document.ts";
import { checkOrder } from "../rules/check-order.ts";
import { checkSettings } from "../rules/check-settings.ts";
import { knownSettings } from "../rules/known-settings.ts";
import type { Refusal } from "../refusal.ts";
import { ownSystem } from "../systems/system.ts";
import { planAccounts } from "./accounts.ts";
import { planCommands } from "./commands.ts";
import { planDisk } from "./disk.ts";
import { checkImage } from "./image.ts";
import { planNames } from "./names.ts";
import { planInterfaces } from "./network.ts";
import type { MachineFacts, SetupPlan } from "./plan.ts";

/** What Setup does with an `Autounattend.xml`, or everything that it refuses in it. */
export function planDocument(
  document: AnswerDocument,
  machine: MachineFacts,
): { readonly plan?: SetupPlan | undefined; readonly refusals: readonly Refusal[] } {
  const { disk, refusals: diskRefusals } = planDisk(document, machine);
  const { interfaces, refusals: networkRefusals } = planInterfaces(document);
  const { accounts, logon, refusals: accountRefusals } = planAccounts(document);
  const { names, refusals: nameRefusals } = planNames(document);
  const refusals = [
    ...checkSettings(document, knownSettings, machine.system ?? ownSystem),
    ...checkOrder(document),
    ...checkImage(document),
    ...nameRefusals,
    ...diskRefusals,
    ...networkRefusals,
    ...accountRefusals,
  ];
  const unique = refusals.filter(
    (item, at) =>
      refusals.findIndex(
        (other) =>
          other.setting === item.setting &&
          other.pass === item.pass &&
          other.reason === item.reason,
      ) === at,
  );
  if (disk === undefined || unique.some(({ kind }) => kind !== "ignored"))
    return { refusals: unique };
  const commands = planCommands(document, machine.system !== undefined);
  return {
    refusals: unique,
    plan: { disk, ...names, interfaces, accounts, logon, commands },
  };
}

import type { AnswerDocument } from "../answer/document.ts";
import { checkOrder } from "../rules/check-order.ts";
import { checkPitfalls } from "../rules/check-pitfalls.ts";
import { checkSettings } from "../rules/check-settings.ts";
import { knownSettings } from "../rules/known-settings.ts";
import type { Examination } from "../read-answer.ts";
import type { Finding } from "../refusal.ts";
import { ownSystem } from "../systems/system.ts";
import { planAccounts } from "./accounts.ts";
import { planCommands, unplayedCommands } from "./commands.ts";
import { planDisk } from "./disk.ts";
import { checkImage } from "./image.ts";
import { checkQuestions } from "./questions.ts";
import { planNames } from "./names.ts";
import { planInterfaces } from "./network.ts";
import type { MachineFacts } from "./plan.ts";

/** What Setup does with an `Autounattend.xml`, or everything that it refuses in it. */
export function planDocument(document: AnswerDocument, machine: MachineFacts): Examination {
  const system = machine.system ?? ownSystem;
  const { disk, findings: ofDisk } = planDisk(document, machine);
  const { interfaces, findings: ofNetwork } = planInterfaces(document);
  const { accounts, logon, findings: ofAccounts } = planAccounts(document, system);
  const { names, findings: ofNames } = planNames(document);
  const findings: Finding[] = [
    ...checkSettings(document, knownSettings, system),
    ...checkOrder(document),
    ...checkImage(document),
    ...checkPitfalls(document, system),
    ...checkQuestions(document, system),
    ...unplayedCommands(document),
    ...ofNames,
    ...ofDisk,
    ...ofNetwork,
    ...ofAccounts,
  ];
  if (disk === undefined || findings.some(({ kind }) => kind !== "ignored")) return { findings };
  const commands = planCommands(document, machine.system !== undefined);
  return {
    findings,
    plan: { disk, ...names, interfaces, accounts, logon, commands },
  };
}

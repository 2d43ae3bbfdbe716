import type { AnswerDocument, PassName } from "../answer/document.ts";
import { childrenOf, wcm } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import type { Finding } from "../refusal.ts";
import { unknownTo } from "../systems/known-by.ts";
import type { SetupSystem } from "../systems/system.ts";
import { misplacedInTheField } from "./newer-settings.ts";
import type { SettingRule } from "./rule.ts";
import type { SettingTable } from "./settings-reference.ts";

interface Check {
  readonly system: SetupSystem;
  readonly rules: SettingTable;
  readonly pass: PassName;
}

/** All settings of a document against the rules: does it exist, does it stand in the right pass, is its value legal. */
export function checkSettings(
  document: AnswerDocument,
  rules: SettingTable,
  system: SetupSystem,
): Finding[] {
  return document.components.flatMap(({ pass, name, element }): Finding[] => {
    const check = { system, rules, pass };
    const all = { pass, setting: name, at: element, whole: true };
    const rule = rules.get(name.toLowerCase());
    if (rule === undefined) return [{ ...all, reason: "there is no such component" }];
    const passedOver = unknownTo(system, name);
    if (passedOver !== undefined) return [{ ...all, kind: "ignored", reason: passedOver }];
    return element.children.flatMap((setting) => checkSetting(setting, name, element, check));
  });
}

function checkSetting(
  element: AnswerElement,
  above: string,
  parent: AnswerElement,
  check: Check,
): Finding[] {
  const { system, rules, pass } = check;
  const setting = `${above}/${element.name}`;
  const rule = rules.get(setting.toLowerCase());
  const own = { pass, setting, at: element };
  const all = { ...own, whole: true };
  if (rule === undefined) return [{ ...all, reason: "there is no such setting" }];
  const passedOver = unknownTo(system, setting);
  if (passedOver !== undefined) return [{ ...all, kind: "ignored", reason: passedOver }];
  if (!rule.passes.includes(pass)) {
    const reason = `not allowed in the pass ${pass}, only in ${rule.passes.join(", ")}`;
    const path = setting.toLowerCase();
    const common = misplacedInTheField.some((item) => `${path}/`.startsWith(`${item}/`));
    return [{ ...all, ...(common && { kind: "ignored" as const }), reason }];
  }
  const stray = strayText(element, rule);
  const reasons = [
    ...repetition(element, parent, rule),
    ...(rule.group === true ? structure(element) : value(element, rule)),
  ];
  return [
    ...reasons.map((reason) => ({ ...own, reason })),
    ...stray.map((reason) => ({ ...own, kind: "ignored" as const, reason })),
    ...element.children.flatMap((inner) => checkSetting(inner, setting, element, check)),
  ];
}

function repetition(element: AnswerElement, parent: AnswerElement, rule: SettingRule): string[] {
  const added = wcm(element, "action")?.toLowerCase();
  const twins = childrenOf(parent, element.name);
  if (rule.list === true)
    return [
      ...(added === undefined ? ['an item of a list needs wcm:action="add"'] : []),
      ...(rule.keyed === true ? keyFaults(element, twins) : []),
    ];
  return added === undefined && twins.length > 1 && twins[1] === element
    ? ["it is there more than once"]
    : [];
}

function keyFaults(element: AnswerElement, twins: readonly AnswerElement[]): string[] {
  const key = wcm(element, "keyValue");
  if (key === undefined || key === "") return ["an item of this list needs wcm:keyValue"];
  const first = twins.find((other) => wcm(other, "keyValue") === key);
  return first === element ? [] : [`two times wcm:keyValue ${JSON.stringify(key)}`];
}

function structure(element: AnswerElement): string[] {
  const text = element.text.trim();
  return text === "" || element.children.length > 0
    ? []
    : [`it holds settings, not the text ${JSON.stringify(text)}`];
}

/** Packer's files for Windows 10 have a key beside ProductKey's settings, and install. */
function strayText(element: AnswerElement, rule: SettingRule): string[] {
  if (rule.group !== true || element.children.length === 0) return [];
  return element.text.trim() === "" ? [] : ["it holds settings; the text beside them is not read"];
}

function value(element: AnswerElement, rule: SettingRule): string[] {
  const text = element.text;
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  const legal = rule.enum?.some((item) => item.toLowerCase() === text.trim().toLowerCase());
  if (legal === false) return [`${shown} is none of ${rule.enum?.join(", ")}`];
  if (rule.range !== undefined) {
    const [least, most] = rule.range;
    const sound = /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
    if (!sound) return [`${shown} is no whole number from ${least} to ${most}`];
  }
  if (rule.empty === false && text.trim() === "") return ["it may not be empty"];
  if (rule.maxLength !== undefined && text.length > rule.maxLength)
    return [`it has ${text.length} characters, ${rule.maxLength} are allowed`];
  return [];
}

import type { AnswerDocument, PassName } from "../answer/document.ts";
import { childrenOf, wcm } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import type { Refusal } from "../refusal.ts";
import type { SettingRule, SettingRules } from "./rule.ts";

/** All settings of a document against the rules: does it exist, does it stand in the right pass, is its value legal. */
export function checkSettings(document: AnswerDocument, rules: SettingRules): Refusal[] {
  const byPath = new Map(Object.entries(rules).map(([path, rule]) => [path.toLowerCase(), rule]));
  const components = new Set([...byPath.keys()].map((path) => path.split("/", 1)[0]));
  return document.components.flatMap(({ pass, name, element }) => {
    if (!components.has(name.toLowerCase()))
      return [{ pass, setting: name, reason: "there is no such component" }];
    return element.children.flatMap((setting) =>
      checkSetting(setting, name, pass, element, byPath),
    );
  });
}

function checkSetting(
  element: AnswerElement,
  above: string,
  pass: PassName,
  parent: AnswerElement,
  rules: ReadonlyMap<string, SettingRule>,
): Refusal[] {
  const setting = `${above}/${element.name}`;
  const rule = rules.get(setting.toLowerCase());
  if (rule === undefined) return [{ pass, setting, reason: "there is no such setting" }];
  const reasons = [
    ...(rule.passes.includes(pass)
      ? []
      : [`not allowed in the pass ${pass}, only in ${rule.passes.join(", ")}`]),
    ...repetition(element, parent, rule),
    ...(rule.group === true ? structure(element) : value(element, rule)),
  ];
  return [
    ...reasons.map((reason) => ({ pass, setting, reason })),
    ...element.children.flatMap((inner) => checkSetting(inner, setting, pass, element, rules)),
  ];
}

function repetition(element: AnswerElement, parent: AnswerElement, rule: SettingRule): string[] {
  if (rule.list === true)
    return wcm(element, "action") === "add" ? [] : ['an item of a list needs wcm:action="add"'];
  const twins = childrenOf(parent, element.name);
  return twins.length > 1 && twins[1] === element ? ["it is there more than once"] : [];
}

function structure(element: AnswerElement): string[] {
  return element.text.trim() === ""
    ? []
    : [`it holds settings, not the text ${JSON.stringify(element.text.trim())}`];
}

function value(element: AnswerElement, rule: SettingRule): string[] {
  const text = element.text;
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  if (
    rule.enum !== undefined &&
    !rule.enum.some((item) => item.toLowerCase() === text.trim().toLowerCase())
  )
    return [`${shown} is none of ${rule.enum.join(", ")}`];
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

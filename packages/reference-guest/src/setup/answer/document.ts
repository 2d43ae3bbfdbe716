import type { Refusal } from "../refusal.ts";
import { UNATTEND } from "./element.ts";
import type { AnswerElement } from "./element.ts";

/** The passes of Windows Setup, in the order in which they run (Microsoft, How Configuration Passes Work). */
export const passNames = [
  "windowsPE",
  "offlineServicing",
  "generalize",
  "specialize",
  "auditSystem",
  "auditUser",
  "oobeSystem",
] as const;

/** A configuration pass. */
export type PassName = (typeof passNames)[number];

/** What one `<component>` says. */
export interface Component {
  readonly pass: PassName;
  readonly name: string;
  readonly element: AnswerElement;
}

/** A read answer file: all its components. */
export interface AnswerDocument {
  readonly components: readonly Component[];
}

const identity: Readonly<Record<string, readonly string[]>> = {
  publicKeyToken: ["31bf3856ad364e35"],
  language: ["neutral"],
  versionScope: ["nonSxS"],
};

/** The frame of an answer file: root, passes, components and their attributes. */
export function readDocument(
  root: AnswerElement,
  architecture: string,
): {
  readonly document: AnswerDocument;
  /** Components for other architectures, beside one for this. */
  readonly passedOver: readonly Component[];
  readonly refusals: readonly Refusal[];
} {
  const refusals: Refusal[] = [];
  const components: Component[] = [];
  const passedOver: Component[] = [];
  const refuse = (setting: string, reason: string, pass?: string): void => {
    refusals.push({ setting, reason, ...(pass !== undefined && { pass }) });
  };
  if (root.name !== "unattend" || root.uri !== UNATTEND)
    refuse(root.name, `the root has to be unattend in the namespace ${UNATTEND}`);
  const seen = new Set<string>();
  for (const settings of root.children) {
    if (settings.name === "servicing") continue;
    // Windows System Image Manager leaves <cpi:offlineImage> in its files.
    if (settings.uri !== UNATTEND) continue;
    if (settings.name !== "settings") {
      refuse(settings.name, "unattend holds settings only");
      continue;
    }
    const pass = settings.attributes.get("pass")?.value ?? "";
    const known = passNames.find((name) => name === pass);
    if (known === undefined) {
      refuse("settings", `there is no pass ${JSON.stringify(pass)}`);
      continue;
    }
    if (seen.has(known)) refuse("settings", "the pass is there twice", known);
    seen.add(known);
    for (const element of settings.children) {
      const name = element.attributes.get("name")?.value;
      if (element.name !== "component" || name === undefined) {
        refuse(element.name, "a pass holds components with a name only", known);
        continue;
      }
      const twin = settings.children.some(
        (other) =>
          other !== element &&
          same(other.attributes.get("name")?.value ?? "", name) &&
          other.attributes.get("processorArchitecture")?.value === architecture,
      );
      const own = element.attributes.get("processorArchitecture")?.value;
      if (twin && own !== architecture) {
        const reason = `for ${own ?? "no architecture"}, the media are ${architecture}`;
        refusals.push({ kind: "ignored", pass: known, setting: name, reason, line: element.line });
        passedOver.push({ pass: known, name, element });
        continue;
      }
      refusals.push(...checkIdentity(element, name, known, architecture));
      if (components.some((other) => other.pass === known && same(other.name, name)))
        refuse(name, "the component is there twice in this pass", known);
      components.push({ pass: known, name, element });
    }
  }
  return { document: { components }, passedOver, refusals };
}

/** The component of that name in that pass. */
export function component(
  document: AnswerDocument,
  pass: PassName,
  name: string,
): AnswerElement | undefined {
  return document.components.find((item) => item.pass === pass && same(item.name, name))?.element;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function checkIdentity(
  element: AnswerElement,
  name: string,
  pass: PassName,
  architecture: string,
): Refusal[] {
  const value = (attribute: string): string => element.attributes.get(attribute)?.value ?? "";
  const refusals: Refusal[] = [];
  if (value("processorArchitecture") !== architecture) {
    const reason = `processorArchitecture is ${JSON.stringify(value("processorArchitecture"))}, the media are ${architecture}`;
    refusals.push({ pass, setting: name, reason, line: element.line });
  }
  for (const [attribute, legal] of Object.entries(identity)) {
    if (legal.some((item) => same(item, value(attribute)))) continue;
    const reason = `${attribute} is ${JSON.stringify(value(attribute))}, not ${legal.join(" or ")}`;
    refusals.push({ pass, setting: name, reason });
  }
  return refusals;
}

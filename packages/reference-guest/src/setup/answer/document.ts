import type { Finding } from "../refusal.ts";
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
  readonly findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  const components: Component[] = [];
  // What is refused or passed over here is so with all that is in it.
  const tell = (
    at: AnswerElement,
    setting: string,
    reason: string,
    more?: Partial<Finding>,
  ): void => {
    findings.push({ setting, reason, at, whole: true, ...more });
  };
  if (root.name !== "unattend" || root.uri !== UNATTEND)
    tell(root, root.name, `the root has to be unattend in the namespace ${UNATTEND}`);
  const seen = new Set<string>();
  for (const settings of root.children) {
    if (settings.name === "servicing") continue;
    if (settings.uri !== UNATTEND) {
      // Windows System Image Manager leaves <cpi:offlineImage> in its files.
      const reason = `it is not in the namespace ${UNATTEND}`;
      tell(settings, settings.name, reason, { kind: "ignored" });
      continue;
    }
    if (settings.name !== "settings") {
      tell(settings, settings.name, "unattend holds settings only");
      continue;
    }
    const pass = settings.attributes.get("pass")?.value ?? "";
    const known = passNames.find((name) => name === pass);
    if (known === undefined) {
      tell(settings, "settings", `there is no pass ${JSON.stringify(pass)}`);
      continue;
    }
    if (seen.has(known)) tell(settings, "settings", "the pass is there twice", { pass: known });
    seen.add(known);
    for (const element of settings.children) {
      const name = element.attributes.get("name")?.value;
      if (element.name !== "component" || name === undefined) {
        tell(element, element.name, "a pass holds components with a name only", { pass: known });
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
        tell(element, name, reason, { kind: "ignored", pass: known });
        continue;
      }
      for (const reason of identityFaults(element, architecture))
        tell(element, name, reason, { pass: known });
      if (components.some((other) => other.pass === known && same(other.name, name)))
        tell(element, name, "the component is there twice in this pass", { pass: known });
      components.push({ pass: known, name, element });
    }
  }
  return { document: { components }, findings };
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

function identityFaults(element: AnswerElement, architecture: string): string[] {
  const value = (attribute: string): string => element.attributes.get(attribute)?.value ?? "";
  const own = value("processorArchitecture");
  const others = Object.entries(identity)
    .filter(([attribute, legal]) => !legal.some((item) => same(item, value(attribute))))
    .map(
      ([attribute, legal]) =>
        `${attribute} is ${JSON.stringify(value(attribute))}, not ${legal.join(" or ")}`,
    );
  return own === architecture
    ? others
    : [`processorArchitecture is ${JSON.stringify(own)}, the media are ${architecture}`, ...others];
}

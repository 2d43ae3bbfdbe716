import type { FilePart } from "../refusal.ts";

/** An attribute with its namespace (empty for none). */
export interface Attribute {
  readonly uri: string;
  readonly value: string;
}

/** An element of an answer file. */
export interface AnswerElement extends FilePart {
  readonly name: string;
  readonly uri: string;
  /** By local name. */
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly children: readonly AnswerElement[];
  /** All character data directly in it. */
  readonly text: string;
}

/** Namespace of answer files (Microsoft, Unattended Windows Setup Reference). */
export const UNATTEND = "urn:schemas-microsoft-com:unattend";
/** Namespace of `wcm:action` and `wcm:keyValue`. */
export const WCM = "http://schemas.microsoft.com/WMIConfig/2002/State";

/** The value of a `wcm:` attribute. */
export function wcm(element: AnswerElement, name: string): string | undefined {
  const attribute = element.attributes.get(name);
  return attribute?.uri === WCM ? attribute.value : undefined;
}

/** The first child of that name, whatever its case. */
export function child(element: AnswerElement | undefined, name: string): AnswerElement | undefined {
  return element?.children.find((item) => item.name.toLowerCase() === name.toLowerCase());
}

/** All children of that name, whatever its case. */
export function childrenOf(
  element: AnswerElement | undefined,
  name: string,
): readonly AnswerElement[] {
  return element?.children.filter((item) => item.name.toLowerCase() === name.toLowerCase()) ?? [];
}

/** The element at the end of a path of names. */
export function descend(
  element: AnswerElement | undefined,
  ...names: readonly string[]
): AnswerElement | undefined {
  return names.reduce(child, element);
}

/** The trimmed text at the end of a path of names; `undefined` where there is no such element. */
export function textOf(
  element: AnswerElement | undefined,
  ...names: readonly string[]
): string | undefined {
  return descend(element, ...names)?.text.trim();
}

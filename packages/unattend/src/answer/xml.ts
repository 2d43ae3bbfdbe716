import { UnattendError } from "../errors.ts";

/** An element of an XML document: it holds either elements or text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string | readonly XmlElement[];
}

/** Makes an element. */
export function element(
  name: string,
  content: string | readonly XmlElement[],
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  return { name, attributes, content };
}

/**
 * The document as text: declared UTF-8 but written in ASCII with character references only (Setup is not reliable
 * with anything else), lines ended by CR LF, two spaces a level. Text is kept exactly, white space too.
 *
 * @throws UnattendError `UNATTEND_XML_INVALID`: a text has a character that XML 1.0 cannot carry.
 */
export function renderXml(root: XmlElement): string {
  const lines = ['<?xml version="1.0" encoding="utf-8"?>', ...renderElement(root, ""), ""];
  return lines.join("\r\n");
}

/**
 * Text as XML character data, good for attribute values too. What is not printable ASCII becomes a reference.
 *
 * @throws UnattendError `UNATTEND_XML_INVALID`, as {@link renderXml}.
 */
export function escapeXml(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (!isXmlCharacter(code)) throw forbiddenCharacter(text, code);
    const plain = code >= 0x20 && code < 0x7f && !"&<>\"'".includes(character);
    return plain ? character : `&#${code};`;
  }).join("");
}

/** Whether XML 1.0 can carry a code point (its production Char). */
export function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code < 0xd800 || (code >= 0xe000 && code < 0xfffe) || code >= 0x10000;
}

function renderElement({ name, attributes, content }: XmlElement, indent: string): string[] {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const start = `${indent}<${name}${written.join("")}>`;
  if (typeof content === "string") return [`${start}${escapeXml(content)}</${name}>`];
  const inner = content.flatMap((child) => renderElement(child, `${indent}  `));
  return [start, ...inner, `${indent}</${name}>`];
}

function forbiddenCharacter(text: string, code: number): UnattendError {
  const point = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return new UnattendError({
    code: "UNATTEND_XML_INVALID",
    asked: "write XML",
    happened: `XML cannot carry the character ${point}`,
    hint: "remove control characters and halves of surrogate pairs from the value",
    data: { text, point },
  });
}

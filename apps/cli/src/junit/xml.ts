import { SaxesParser } from "saxes";

/** An element: its name as it is written, with any prefix. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

interface OpenElement extends XmlElement {
  readonly children: (XmlElement | string)[];
}

/** Far more than reports have, and far less than the stack holds. */
const deepest = 256;

/**
 * Reads a document. Entities that it declares itself are not known: nothing is expanded or fetched.
 *
 * @throws Error with place and reason where it is not well-formed, and where its elements are nested too deep.
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  const add = (child: XmlElement | string): void => void open.at(-1)?.children.push(child);
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length === deepest) throw new Error("its elements are nested too deep");
    open.push({ name, attributes: { ...attributes }, children: [] });
  });
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed === undefined) return;
    if (open.length === 0) root = closed;
    else add(closed);
  });
  parser.write(text).close();
  if (root === undefined) throw new Error("there is no element");
  return root;
}

const pieceLength = 4096;

/**
 * The name of the root element of what may be a document, without its prefix; `undefined` where there is none. Reads no further than
 * needed, and past what is not well-formed: {@link parseXml} has the say about that.
 */
export function rootName(text: string): string | undefined {
  const document = text.trimStart();
  if (!document.startsWith("<")) return undefined;
  const parser = new SaxesParser();
  const names: string[] = [];
  parser.on("error", () => {});
  parser.on("opentagstart", ({ name }) => void names.push(name));
  for (let at = 0; names.length === 0 && at < document.length; at += pieceLength) {
    parser.write(document.slice(at, at + pieceLength));
  }
  const [name] = names;
  return name?.slice(name.lastIndexOf(":") + 1);
}

/** Elements with that name, without their prefix, right below. */
export function childrenNamed(parent: XmlElement, name: string): readonly XmlElement[] {
  return elements(parent).filter((child) => localName(child) === name);
}

/** The elements right below. */
export function elements({ children }: XmlElement): readonly XmlElement[] {
  return children.filter((child) => typeof child !== "string");
}

/** An element's name without its prefix. */
export function localName({ name }: XmlElement): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

/** All text below. */
export function textOf({ children }: XmlElement): string {
  return children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}

/** Makes an element. Attributes that are `undefined` are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly (XmlElement | string)[] = [],
): XmlElement {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as const],
  );
  return { name, attributes: Object.fromEntries(given), children };
}

/** A whole document. */
export function formatXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${formatElement(root, "")}`;
}

/** Elements get a line each where an element holds nothing else. */
function formatElement({ name, attributes, children }: XmlElement, indent: string): string {
  const head = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`)
    .join("");
  const mixed = children.some((child) => typeof child === "string" && child.trim() !== "");
  const inner = mixed
    ? children.map((child) =>
        typeof child === "string" ? escapeText(child) : formatElement(child, "").trimEnd(),
      )
    : elements({ name, attributes, children }).map((child) => formatElement(child, `${indent}  `));
  if (inner.length === 0) return `${indent}<${name}${head}/>\n`;
  return mixed
    ? `${indent}<${name}${head}>${inner.join("")}</${name}>\n`
    : `${indent}<${name}${head}>\n${inner.join("")}${indent}</${name}>\n`;
}

function escapeText(text: string): string {
  return onlyXml(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}

function escapeAttribute(text: string): string {
  return escapeText(text)
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\t", "&#9;");
}

// oxlint-disable-next-line no-control-regex -- these are what has to go
const noXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** What XML 1.0 has no way to say (its production `Char`) is shown as U+FFFD. */
export function onlyXml(text: string): string {
  return text.toWellFormed().replaceAll(noXml, "\ufffd");
}

import { SaxesParser } from "saxes";

/** An element of a WIM's XML. */
export interface WimElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly WimElement[];
  readonly text: string;
}

interface Growing extends WimElement {
  readonly children: WimElement[];
  text: string;
}

/** Deeper than any WIM's XML. */
const deepest = 64;

/** Reads XML into elements. Document types are refused, so nothing can grow by entities. Throws on bad XML. */
export function parseElements(xml: string): WimElement {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: Growing[] = [];
  let root: WimElement | undefined;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw new Error("a document type declaration");
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length >= deepest) throw new Error(`more than ${deepest} elements within each other`);
    open.push({ name, attributes, children: [], text: "" });
  });
  const append = (text: string): void => {
    const top = open.at(-1);
    if (top !== undefined) top.text += text;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.on("closetag", () => {
    const done = open.pop();
    if (done === undefined) return;
    const parent = open.at(-1);
    if (parent === undefined) root = done;
    else parent.children.push(done);
  });
  parser.write(xml).close();
  if (root === undefined) throw new Error("an empty document");
  return root;
}

/** The first element at a path of names, or undefined. */
export function elementAt(element: WimElement, ...path: readonly string[]): WimElement | undefined {
  return path.reduce<WimElement | undefined>(
    (from, name) => from?.children.find((child) => child.name === name),
    element,
  );
}

/** The text at a path of names, without space around it; undefined where there is none. */
export function textAt(element: WimElement, ...path: readonly string[]): string | undefined {
  const text = elementAt(element, ...path)?.text.trim();
  return text === "" ? undefined : text;
}

import { SaxesParser } from "saxes";
import type { Finding } from "../refusal.ts";
import type { AnswerElement, Attribute } from "./element.ts";

interface Growing {
  readonly name: string;
  readonly uri: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly children: AnswerElement[];
  text: string;
  readonly line: number;
}

/** Strict XML 1.0 with namespaces: the root element, or why the text is none. Document types are refused. */
export function parseXml(
  text: string,
): { readonly root: AnswerElement } | { readonly finding: Finding } {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const stack: Growing[] = [];
  let root: AnswerElement | undefined;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw new Error(`${parser.line}:${parser.column}: a document type declaration`);
  });
  parser.on("opentag", ({ local, uri, attributes }) => {
    const read = Object.values(attributes).map(
      (item) =>
        [item.local, { uri: item.prefix === "xmlns" ? "" : item.uri, value: item.value }] as const,
    );
    stack.push({
      name: local,
      uri,
      attributes: new Map(read),
      children: [],
      text: "",
      line: parser.line,
    });
  });
  const onText = (part: string): void => {
    const top = stack.at(-1);
    if (top !== undefined) top.text += part;
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  parser.on("closetag", () => {
    const done = stack.pop();
    if (done === undefined) return;
    const parent = stack.at(-1);
    if (parent === undefined) root = done;
    else parent.children.push(done);
  });
  try {
    parser.write(text).close();
  } catch (error) {
    const reason = `not well-formed XML: ${error instanceof Error ? error.message : String(error)}`;
    return { finding: { setting: "unattend", reason } };
  }
  if (root === undefined) return { finding: { setting: "unattend", reason: "an empty document" } };
  return { root };
}

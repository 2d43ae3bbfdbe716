import { XMLParser, XMLValidator } from "fast-xml-parser";

/** An element as an independent parser reads it. */
export interface ReadElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly ReadElement[];
  readonly text: string;
}

type Node = Record<string, unknown>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
  processEntities: { enabled: true, maxTotalExpansions: 1_000_000, maxExpandedLength: 10_000_000 },
});

/** The root element of a document; throws when the document is not well-formed. */
export function readXml(text: string): ReadElement {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(valid.err.msg);
  const root = (parser.parse(text) as Node[]).map(read).find((one) => one?.name !== "?xml");
  if (!root) throw new Error("no root element");
  return root;
}

function read(node: Node): ReadElement | undefined {
  const name = Object.keys(node).find((key) => key !== ":@");
  if (name === undefined || name === "#text") return undefined;
  const inside = node[name] as Node[];
  const children = inside.flatMap((child) => read(child) ?? []);
  const text = inside
    .map((child) => (typeof child["#text"] === "string" ? child["#text"] : ""))
    .join("");
  const attributes = (node[":@"] ?? {}) as Record<string, string>;
  return { name, attributes, children, text: children.length === 0 ? text : "" };
}

/** A setting with the way to it. */
export interface ReadSetting {
  readonly pass: string;
  readonly component: string;
  /** Names below the component, joined by `/`. */
  readonly path: string;
  readonly element: ReadElement;
}

/** Every setting of an answer file, inner and outer ones. */
export function readSettings(text: string): ReadSetting[] {
  return readXml(text).children.flatMap((settings) =>
    settings.children.flatMap((component) =>
      component.children.flatMap((child) =>
        below(child, "").map(({ path, element }) => ({
          pass: settings.attributes["pass"] ?? "",
          component: component.attributes["name"] ?? "",
          path,
          element,
        })),
      ),
    ),
  );
}

function below(element: ReadElement, parent: string): { path: string; element: ReadElement }[] {
  const path = parent === "" ? element.name : `${parent}/${element.name}`;
  return [{ path, element }, ...element.children.flatMap((child) => below(child, path))];
}

import type { Fault } from "@winvm/runtime";
import { passes } from "./document.ts";
import type { AnswerDocument } from "./document.ts";
import { settingLimits } from "./limits.ts";
import type { XmlElement } from "./xml.ts";

/** An element with the way to it: `oobeSystem/Microsoft-Windows-Shell-Setup/…`. */
interface Place {
  readonly path: string;
  readonly element: XmlElement;
}

type Rule = (place: Place) => Fault[];

/** What Setup would refuse or silently ignore in a finished document, all at once. */
export function checkDocument(document: AnswerDocument): Fault[] {
  const places = passes.flatMap((pass) =>
    document[pass].flatMap(({ component, settings }) =>
      settings.flatMap((setting) => walk(`${pass}/${component}`, setting)),
    ),
  );
  return places.flatMap((place) => rules.flatMap((rule) => rule(place)));
}

const rules: readonly Rule[] = [limitRule, lineRule, listRule, interfaceRule];

function limitRule({ path, element: { content } }: Place): Fault[] {
  if (typeof content !== "string") return [];
  return settingLimits
    .filter(
      (limit) =>
        path === limit.path || path.endsWith(`-${limit.path}`) || path.endsWith(`/${limit.path}`),
    )
    .flatMap(({ maxLength = Infinity, empty }) => {
      const faults: Fault[] = [];
      if (content.length > maxLength) {
        const hint = `it has ${content.length}`;
        faults.push({ path, expected: `at most ${maxLength} UTF-16 units`, value: content, hint });
      }
      if (empty === false && content === "") {
        faults.push({ path, expected: "not the empty string", value: content });
      }
      return faults;
    });
}

function lineRule({ path, element: { content } }: Place): Fault[] {
  if (typeof content !== "string" || !/[\r\n]/.test(content)) return [];
  return [{ path, expected: "one line", value: content }];
}

const listItems = new Set([
  "CreatePartition",
  "Disk",
  "Interface",
  "IpAddress",
  "LocalAccount",
  "MetaData",
  "ModifyPartition",
  "PathAndCredentials",
  "RunSynchronousCommand",
  "SynchronousCommand",
]);

function listRule({ path, element: { content } }: Place): Fault[] {
  if (typeof content === "string") return [];
  const items = content.filter(({ name }) => listItems.has(name));
  const faults: Fault[] = items
    .filter(({ attributes }) => attributes["wcm:action"] !== "add")
    .map(({ name }) => ({
      path: `${path}/${name}`,
      expected: 'wcm:action="add"',
      value: undefined,
    }));
  const orders = items.flatMap((item) => childText(item, "Order"));
  orders.forEach((order, at) => {
    const sound = /^\d+$/.test(order) && Number(order) >= 1 && Number(order) <= 500;
    if (!sound || orders.indexOf(order) !== at) {
      faults.push({
        path: `${path}/Order`,
        expected: "its own integer from 1 to 500",
        value: order,
      });
    }
  });
  return faults;
}

const interfaceChildren = [
  "Ipv4Settings",
  "Ipv6Settings",
  "Identifier",
  "UnicastIpAddresses",
  "Routes",
];

function interfaceRule({ path, element: { name, content } }: Place): Fault[] {
  if (name !== "Interface" || typeof content === "string") return [];
  const value = content.map((child) => child.name);
  const expected = interfaceChildren.filter((child) => value.includes(child));
  if (expected.join() === value.join()) return [];
  return [{ path, expected: `the children in the order ${expected.join(", ")}`, value }];
}

function walk(parent: string, element: XmlElement): Place[] {
  const path = `${parent}/${element.name}`;
  const below = typeof element.content === "string" ? [] : element.content;
  return [{ path, element }, ...below.flatMap((child) => walk(path, child))];
}

function childText({ content }: XmlElement, name: string): string[] {
  if (typeof content === "string") return [];
  return content.flatMap((child) =>
    child.name === name && typeof child.content === "string" ? [child.content] : [],
  );
}

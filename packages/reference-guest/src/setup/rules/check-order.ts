import type { AnswerDocument } from "../answer/document.ts";
import { child } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import type { FilePart, Finding } from "../refusal.ts";

const ordered = new Set([
  "createpartition",
  "modifypartition",
  "runsynchronouscommand",
  "runasynchronouscommand",
  "synchronouscommand",
  "asynchronouscommand",
]);

/** The children of TCPIP's Interface are read in this order only (Microsoft, Unattended Windows Setup Reference). */
const interfaceOrder = [
  "Ipv4Settings",
  "Ipv6Settings",
  "Identifier",
  "UnicastIpAddresses",
  "Routes",
];

/** What depends on neighbours: each `Order` once in its list, the parts of an Interface in their order. */
export function checkOrder(document: AnswerDocument): Finding[] {
  return document.components.flatMap(({ pass, name, element }) =>
    walk(element, name).flatMap(({ path, at }) =>
      [...orderFaults(at), ...interfaceFaults(path, at)].map((fault) => ({
        pass,
        setting: path,
        ...fault,
      })),
    ),
  );
}

interface Fault {
  readonly reason: string;
  readonly at: FilePart;
}

interface Place {
  readonly path: string;
  readonly at: AnswerElement;
}

function walk(at: AnswerElement, path: string): Place[] {
  return [{ path, at }, ...at.children.flatMap((inner) => walk(inner, `${path}/${inner.name}`))];
}

function orderFaults(list: AnswerElement): Fault[] {
  const seen = new Set<string>();
  return list.children
    .filter(({ name }) => ordered.has(name.toLowerCase()))
    .flatMap((item) => {
      const at = child(item, "Order");
      if (at === undefined)
        return [{ reason: `${item.name} in line ${item.line} has no Order`, at: item }];
      const order = at.text.trim();
      if (seen.has(order)) return [{ reason: `two times ${item.name} with Order ${order}`, at }];
      seen.add(order);
      return [];
    });
}

function interfaceFaults(path: string, element: AnswerElement): Fault[] {
  if (!/TCPIP\/Interfaces\/Interface$/i.test(path)) return [];
  const names = element.children.map(({ name }) => name);
  const inOrder = interfaceOrder.filter((name) => names.includes(name));
  const known = names.filter((name) => inOrder.includes(name));
  return known.join() === inOrder.join()
    ? []
    : [{ reason: `its parts have to come in the order ${inOrder.join(", ")}`, at: element }];
}

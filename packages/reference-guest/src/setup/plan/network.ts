import { component } from "../answer/document.ts";
import type { AnswerDocument } from "../answer/document.ts";
import { child, childrenOf, descend, textOf } from "../answer/element.ts";
import type { AnswerElement } from "../answer/element.ts";
import type { FilePart, Finding } from "../refusal.ts";
import type { InterfacePlan } from "./plan.ts";

const TCPIP = "Microsoft-Windows-TCPIP";
const INTERFACE = `${TCPIP}/Interfaces/Interface`;

/** The static addresses of the pass specialize. */
export function planInterfaces(document: AnswerDocument): {
  readonly interfaces: readonly InterfacePlan[];
  readonly findings: readonly Finding[];
} {
  const found = childrenOf(
    child(component(document, "specialize", TCPIP), "Interfaces"),
    "Interface",
  );
  const read = found.map(readInterface);
  return {
    interfaces: read.map(({ plan }) => plan),
    findings: read.flatMap(({ findings }) => findings),
  };
}

function readInterface(element: AnswerElement): { plan: InterfacePlan; findings: Finding[] } {
  const findings: Finding[] = [];
  const refuse = (setting: string, reason: string, at?: FilePart): void => {
    findings.push({ pass: "specialize", setting: `${INTERFACE}/${setting}`, reason, at });
  };
  const identifier = textOf(element, "Identifier");
  if (identifier === undefined) refuse("Identifier", "it is missing");
  else if (/^[0-9a-f]{2}([:.][0-9a-f]{2}){5}$/i.test(identifier))
    refuse(
      "Identifier",
      `a MAC address is written with dashes: ${identifier}`,
      child(element, "Identifier"),
    );
  const items = childrenOf(child(element, "UnicastIpAddresses"), "IpAddress");
  const addresses = items.map(({ text }) => text.trim());
  for (const item of items)
    if (isIpv6WithPrefix(item.text.trim()))
      findings.push({
        kind: "unplayable",
        pass: "specialize",
        setting: `${INTERFACE}/UnicastIpAddresses/IpAddress`,
        reason: "this guest has no IPv6",
        at: item,
      });
    else if (!isIpv4WithPrefix(item.text.trim()))
      refuse(
        "UnicastIpAddresses/IpAddress",
        `${JSON.stringify(item.text.trim())} is no address with a prefix length`,
        item,
      );
  if (
    addresses.some(isIpv4WithPrefix) &&
    textOf(element, "Ipv4Settings", "DhcpEnabled")?.toLowerCase() !== "false"
  )
    refuse(
      "Ipv4Settings/DhcpEnabled",
      "with an address of its own it has to be false",
      descend(element, "Ipv4Settings", "DhcpEnabled"),
    );
  const routes = childrenOf(child(element, "Routes"), "Route");
  return {
    findings,
    plan: {
      identifier: identifier ?? "",
      addresses,
      gateway: routes
        .filter((route) => textOf(route, "Prefix") === "0.0.0.0/0")
        .map((route) => textOf(route, "NextHopAddress"))[0],
    },
  };
}

function isIpv6WithPrefix(text: string): boolean {
  const [, address = "", prefix] = /^([0-9a-f:.]+)\/(\d{1,3})$/i.exec(text) ?? [];
  return address.split(":").length > 2 && Number(prefix) <= 128;
}

function isIpv4WithPrefix(text: string): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  return (
    match !== null &&
    match.slice(1, 5).every((part) => Number(part) < 256) &&
    Number(match[5]) <= 32
  );
}

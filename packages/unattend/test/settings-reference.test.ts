import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { answerFile, findGuest, listGuests } from "../src/index.ts";
import type { AnswerOptions } from "../src/index.ts";
import { checkDocument } from "../src/answer/document-rules.ts";
import { listItem, plainSettings } from "../src/answer/document.ts";
import { element } from "../src/answer/xml.ts";
import type { XmlElement } from "../src/answer/xml.ts";
import type { Fault } from "@winvm/runtime";
import { readSettings } from "./support/read-xml.ts";

interface Rule {
  readonly passes: readonly string[];
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly empty?: boolean;
}

/** Microsoft's reference; its own spelling of capitals varies, so names are compared without regard to it. */
const rules = new Map(
  Object.entries(
    JSON.parse(
      readFileSync(new URL("fixtures/unattend-settings.json", import.meta.url), "utf8"),
    ) as Record<string, Rule>,
  ).map(([path, rule]) => [path.toLowerCase(), rule]),
);

/** Used by others on the Windows that had it, but older than the reference, which begins with Windows 7's names. */
rules.set("microsoft-windows-security-licensing-slc-ux/skipautoactivation", {
  passes: ["specialize"],
  enum: ["true", "false"],
});

const administratorPassword = "Abcdef1!";
const variants: readonly Partial<AnswerOptions>[] = [
  {},
  { image: { index: 2 } },
  { image: { name: "An image" }, firstLogonCommands: ["echo 1", "echo 2"] },
  { evaluation: true, image: { index: 1 } },
];

const xmlGuests = listGuests().filter(({ dialect }) => dialect === "xml");

describe.each(xmlGuests.map(({ name }) => name))("%s", (name) => {
  const profile = findGuest(name);
  const settings = profile.firmwares.flatMap((firmware) =>
    variants
      .filter(({ evaluation }) => evaluation !== true || profile.setup.editions.length > 0)
      .flatMap((variant) =>
        readSettings(
          answerFile(profile, { administratorPassword, firmware, ...variant }).bytes.toString(),
        ),
      ),
  );

  test("every setting is in Microsoft's reference, in a pass of its own, with a value that it allows", () => {
    const complaints = settings.flatMap(
      ({ pass, component, path, element: { children, text } }) => {
        const full = `${component}/${path}`;
        const rule = rules.get(full.toLowerCase());
        if (rule === undefined) return [`${full}: unknown`];
        const found: string[] = [];
        if (!rule.passes.includes(pass)) found.push(`${full}: not in ${pass}`);
        if (children.length > 0) return found;
        if (rule.enum && !rule.enum.includes(text)) found.push(`${full}: ${text}`);
        if (rule.maxLength !== undefined && text.length > rule.maxLength)
          found.push(`${full}: long`);
        if (rule.empty === false && text === "") found.push(`${full}: empty`);
        return found;
      },
    );
    expect([...new Set(complaints)]).toEqual([]);
    expect(settings.length).toBeGreaterThan(50);
  });

  test("commands keep clear of the lengths that end an installation", () => {
    const commands = settings.filter(({ path }) => /Command\/(?:Path|CommandLine)$/.test(path));
    const over = commands.filter(
      ({ path, element: { text } }) => text.length > (path.endsWith("Path") ? 255 : 1024),
    );
    expect(commands.length).toBeGreaterThan(1);
    expect(over).toEqual([]);
  });
});

describe("checkDocument", () => {
  test("takes 259 units in a command of specialize and no more", () => {
    expect(runFaults(command("1", "x".repeat(259)))).toEqual([]);
    expect(runFaults(command("1", "x".repeat(260)))).toMatchObject([
      {
        path: "specialize/Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand/Path",
        expected: "at most 259 UTF-16 units",
        hint: "it has 260",
      },
    ]);
  });

  test("refuses an empty command, a line break, a number twice and one out of range", () => {
    const faults = runFaults(
      command("1", ""),
      command("1", "a\nb"),
      command("0", "c"),
      command("501", "d"),
    );
    expect(faults.map(({ expected }) => expected)).toEqual(
      expect.arrayContaining(["not the empty string", "one line"]),
    );
    expect(faults.filter(({ path }) => path.endsWith("/Order"))).toHaveLength(3);
  });

  test("refuses list items without their action and an interface in another order", () => {
    const faults = specializeFaults("Microsoft-Windows-TCPIP", [
      element("Interfaces", [
        element("Interface", [element("Identifier", "x"), element("Ipv4Settings", [])]),
      ]),
    ]);
    expect(faults.map(({ expected }) => expected)).toEqual([
      'wcm:action="add"',
      "the children in the order Ipv4Settings, Identifier",
    ]);
  });
});

function specializeFaults(component: string, settings: readonly XmlElement[]): Fault[] {
  return checkDocument({ windowsPE: [], specialize: [{ component, settings }], oobeSystem: [] });
}

function runFaults(...commands: readonly XmlElement[]): Fault[] {
  return specializeFaults("Microsoft-Windows-Deployment", [element("RunSynchronous", commands)]);
}

function command(order: string, path: string): XmlElement {
  return listItem("RunSynchronousCommand", plainSettings({ Order: order, Path: path }));
}

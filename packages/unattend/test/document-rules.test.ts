import { describe, expect, test } from "vitest";
import { answerFile, findGuest, guestFor, listGuests } from "../src/index.ts";
import type { AnswerOptions } from "../src/index.ts";
import { checkDocument } from "../src/answer/document-rules.ts";
import { listItem, plainSettings } from "../src/answer/document.ts";
import { element } from "../src/answer/xml.ts";
import type { XmlElement } from "../src/answer/xml.ts";
import type { Fault } from "@winvm/runtime";
import { readSettings } from "./support/read-xml.ts";

const administratorPassword = "Abcdef1!";
const variants: readonly Partial<AnswerOptions>[] = [
  {},
  { user: { name: "ada", password: "Abcdef1!" }, drivers: ["E:\\a", "E:\\b"] },
  { image: { index: 2 }, productKey: "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE" },
  {
    image: { name: "An image" },
    productKey: "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE",
    firstLogonCommands: ["echo 1", "echo 2"],
  },
  { evaluation: true, image: { index: 1 } },
];

const xmlGuests = listGuests().filter(({ dialect }) => dialect === "xml");

describe.each(xmlGuests.map(({ name }) => name))("%s", (name) => {
  const profile = findGuest(name);
  const machines = profile.architectures.flatMap((architecture) =>
    guestFor(profile, architecture).firmwares.map((firmware) => ({ architecture, firmware })),
  );
  const settings = machines.flatMap((machine) =>
    variants
      .filter(
        ({ evaluation }) =>
          evaluation !== true || profile.media.some(({ kind }) => kind === "evaluation"),
      )
      .flatMap((variant) =>
        readSettings(
          answerFile(profile, { administratorPassword, ...machine, ...variant }).bytes.toString(),
        ),
      ),
  );

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

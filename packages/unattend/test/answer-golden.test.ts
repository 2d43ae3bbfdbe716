import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { answerFile, findGuest } from "../src/index.ts";
import type { AnswerFile, AnswerOptions } from "../src/index.ts";
import { manyOptions } from "./support/answer-options.ts";
import { readSif } from "./support/read-sif.ts";
import { readSettings } from "./support/read-xml.ts";

const administratorPassword = "Golden-2026";
const productKey = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";

const cases: readonly [name: string, guest: string, options: AnswerOptions][] = [
  ["reference", "reference", { administratorPassword }],
  ["reference-uefi", "reference", { administratorPassword, firmware: "uefi" }],
  ["windows-xp", "xp", { administratorPassword, productKey }],
  [
    "windows-2003-amd64",
    "2003",
    {
      administratorPassword: "Quo;te=1",
      productKey,
      architecture: "amd64",
      user: { name: "ada", password: "Lovelace-1815" },
      language: "de-DE",
      timeZone: "W. Europe Standard Time",
      network: { address: "10.1.2.3/20", mac: "52:54:00:aa:bb:0c" },
      firstLogonCommands: ['cmd /c echo "100%" > C:\\done.txt'],
    },
  ],
  ["windows-vista-x86", "vista", { administratorPassword, architecture: "x86" }],
  ["windows-7", "7", { administratorPassword }],
  ["windows-8.1-uefi", "8.1", { administratorPassword, firmware: "uefi" }],
  ["windows-10-uefi", "10", { administratorPassword, firmware: "uefi", drivers: ["E:\\drivers"] }],
  ["windows-11", "11", { administratorPassword }],
  ["windows-11-options", "11", manyOptions],
  [
    "windows-2025-evaluation",
    "2025",
    { administratorPassword, evaluation: true, image: { index: 2 } },
  ],
];

describe.each(cases)("%s", (name, guest, options) => {
  const { dialect, setup } = findGuest(guest);
  const answer = answerFile(findGuest(guest), options);
  const text = answer.bytes.toString("latin1");

  test("is what it was", async () => {
    expect(answer.fileName).toBe(dialect === "sif" ? "winnt.sif" : "Autounattend.xml");
    const file = `golden/${name}.${dialect}`;
    await expect(text.replaceAll("\r\n", "\n")).toMatchFileSnapshot(file);
  });

  test("is ASCII in lines that end with CR LF", () => {
    expect(/^(?:[\x20-\x7e]*\r\n)+$/.test(text)).toBe(true);
  });

  test("ends its first logon with the shutdown", () => {
    expect(firstLogon(answer).at(-1)).toBe(setup.shutdownCommand);
  });
});

describe.each(cases.filter(([, guest]) => findGuest(guest).dialect === "xml"))(
  "%s as XML",
  (_, guest, options) => {
    const text = answerFile(findGuest(guest), options).bytes.toString("latin1");

    test("is well-formed for a strict parser", () => {
      const parser = new SaxesParser({ xmlns: true });
      const elements: string[] = [];
      parser.on("error", (error) => {
        throw error;
      });
      parser.on("opentag", ({ local, uri }) => elements.push(`${uri} ${local}`));
      parser.write(text).close();
      expect(elements[0]).toBe("urn:schemas-microsoft-com:unattend unattend");
    });

    test("numbers the items of each list from 1", () => {
      for (const { element } of readSettings(text)) {
        const orders = element.children.flatMap((child) =>
          child.children.filter((one) => one.name === "Order").map((one) => Number(one.text)),
        );
        // ModifyPartition has the number of the partition, and the MSR needs none.
        if (element.name === "ModifyPartitions") continue;
        expect(orders).toEqual(orders.map((_one, at) => at + 1));
      }
    });
  },
);

function firstLogon({ fileName, bytes }: AnswerFile): (string | undefined)[] {
  const text = bytes.toString("latin1");
  if (fileName === "winnt.sif") return Object.values(readSif(text)["GuiRunOnce"] ?? {});
  return readSettings(text)
    .filter(({ path }) => path === "FirstLogonCommands/SynchronousCommand/CommandLine")
    .map(({ element }) => element.text);
}

import * as fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { answerFile, findGuest, listGuests, UnattendError } from "../src/index.ts";
import type { AnswerOptions, GuestProfile } from "../src/index.ts";
import type { Fault } from "@winvm/runtime";
import { readSettings, readXml } from "./support/read-xml.ts";

const administratorPassword = "Golden-2026";

const cases: readonly [name: string, guest: string, options: AnswerOptions][] = [
  ["reference", "reference", { administratorPassword }],
  ["reference-uefi", "reference", { administratorPassword, firmware: "uefi" }],
  ["windows-7", "7", { administratorPassword }],
  ["windows-11", "11", { administratorPassword }],
  [
    "windows-11-options",
    "11",
    {
      administratorPassword: "Pässwörd <&> 1",
      computerName: "BUILD-7",
      fullName: "Ada Lovelace",
      organization: "Größe & Söhne",
      evaluation: true,
      image: { index: 3 },
      language: "de-DE",
      keyboard: "0407:00000407",
      timeZone: "W. Europe Standard Time",
      network: { address: "10.1.2.3/16", mac: "52:54:00:aa:bb:0c" },
      firstLogonCommands: ['cmd /c echo "done" > C:\\done.txt'],
      bypassRequirements: false,
    },
  ],
];

describe.each(cases)("%s", (name, guest, options) => {
  const { fileName, bytes } = answerFile(findGuest(guest), options);
  const text = bytes.toString("latin1");

  test("is what it was", async () => {
    expect(fileName).toBe("Autounattend.xml");
    await expect(text.replaceAll("\r\n", "\n")).toMatchFileSnapshot(`golden/${name}.xml`);
  });

  test("is ASCII in lines that end with CR LF", () => {
    expect(/^(?:[\x20-\x7e]*\r\n)+$/.test(text)).toBe(true);
  });

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

  test("ends its first logon with the shutdown", () => {
    expect(firstLogon(text).at(-1)).toBe(findGuest(guest).setup.shutdownCommand);
  });

  test("numbers the items of each list from 1", () => {
    for (const { element } of readSettings(text)) {
      const orders = element.children.flatMap((child) =>
        child.children.filter((one) => one.name === "Order").map((one) => Number(one.text)),
      );
      // ModifyPartition has the number of the partition, and the MSR needs none.
      if (element.name === "ModifyPartitions") continue;
      expect(orders).toEqual(orders.map((_, at) => at + 1));
    }
  });
});

describe("values arrive", () => {
  const text = answerFile(
    findGuest("11"),
    cases[4]?.[2] ?? { administratorPassword },
  ).bytes.toString();
  const values = new Map(readSettings(text).map(({ path, element }) => [path, element.text]));

  test.each([
    ["UserAccounts/AdministratorPassword/Value", "Pässwörd <&> 1"],
    ["AutoLogon/Password/Value", "Pässwörd <&> 1"],
    ["AutoLogon/Username", "Administrator"],
    ["ComputerName", "BUILD-7"],
    ["UserData/Organization", "Größe & Söhne"],
    ["ImageInstall/OSImage/InstallFrom/MetaData/Key", "/IMAGE/INDEX"],
    ["ImageInstall/OSImage/InstallFrom/MetaData/Value", "3"],
    ["ImageInstall/OSImage/InstallTo/PartitionID", "3"],
    ["InputLocale", "0407:00000407"],
    ["TimeZone", "W. Europe Standard Time"],
    ["Interfaces/Interface/Identifier", "52-54-00-AA-BB-0C"],
    ["Interfaces/Interface/UnicastIpAddresses/IpAddress", "10.1.2.3/16"],
    ["UserData/ProductKey", undefined],
    ["RunSynchronous/RunSynchronousCommand/Order", "1"],
  ])("%s", (path, value) => {
    expect(values.get(path)).toBe(value);
  });

  test("the user's commands run between set-up and shutdown", () => {
    expect(firstLogon(text)[1]).toBe('cmd /c echo "done" > C:\\done.txt');
  });
});

describe("keys and images", () => {
  test("an edition is selected by its client key", () => {
    const key = "UserData/ProductKey/Key";
    expect(windows11({})[key]).toBe("W269N-WFGWX-YVC9B-4J6C9-T83GX");
    expect(windows11({ edition: "Enterprise" })[key]).toBe("NPPR9-FWDCX-D2C8J-H872K-2YT43");
    expect(windows11({ productKey: "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE" })[key]).toContain("AAAAA");
  });

  test("an image is selected by its name", () => {
    const found = windows11({ image: { name: "Windows 11 Pro" } });
    expect(found["ImageInstall/OSImage/InstallFrom/MetaData/Key"]).toBe("/IMAGE/NAME");
    expect(found["ImageInstall/OSImage/InstallFrom/MetaData/Value"]).toBe("Windows 11 Pro");
  });

  test("the reference guest's media hold one image and take no key", () => {
    const text = answerFile(findGuest("reference"), { administratorPassword }).bytes.toString();
    expect(text).not.toContain("ProductKey");
    expect(text).toContain("<Value>1</Value>");
  });
});

describe("faults", () => {
  test("all are told at once, with path and expectation, and without the password", () => {
    const error = refused("11", {
      administratorPassword: "weak",
      computerName: "1234567890123456",
      fullName: "",
      organization: "x".repeat(64),
      firmware: "bios",
      edition: "Home",
      productKey: "short",
      evaluation: true,
      image: { index: 0 },
      language: "english",
      keyboard: "00:11",
      timeZone: "a\nb",
      network: { address: "192.168.0.256/24", mac: "52:54" },
      firstLogonCommands: ["ok", "x".repeat(1025), ""],
    });
    expect(error.code).toBe("UNATTEND_OPTIONS_INVALID");
    expect([...new Set(faultPaths(error))].sort()).toEqual([
      "administratorPassword",
      "computerName",
      "edition",
      "firmware",
      "firstLogonCommands[1]",
      "firstLogonCommands[2]",
      "fullName",
      "image.index",
      "keyboard",
      "language",
      "network.address",
      "network.mac",
      "organization",
      "productKey",
      "timeZone",
    ]);
    expect(error.message).not.toContain("weak");
    expect(error.message).toContain("computerName: expected 1 to 15 ASCII letters");
  });

  test.each<[string, Partial<AnswerOptions>, string]>([
    ["only digits", { computerName: "12345" }, "computerName"],
    ["the user's name", { computerName: "administrator" }, "computerName"],
    ["not ASCII", { computerName: "büro" }, "computerName"],
    ["evaluation without image", { evaluation: true }, "image"],
    ["a control character", { fullName: "a\u001bb" }, "fullName"],
    ["half a surrogate pair", { organization: "\ud800" }, "organization"],
    [
      "prefix over 32",
      { network: { address: "1.2.3.4/33", mac: "52:54:00:12:01:01" } },
      "network.address",
    ],
    ["password of two classes", { administratorPassword: "onlyletters1" }, "administratorPassword"],
    [
      "127 units are the most",
      { administratorPassword: `Aa1${"é".repeat(125)}` },
      "administratorPassword",
    ],
  ])("%s", (_, options, path) => {
    expect(faultPaths(refused("11", { administratorPassword, ...options }))).toContain(path);
  });

  test("lengths count in UTF-16 units", () => {
    const fits = { administratorPassword, fullName: "😀".repeat(31) };
    expect(() => answerFile(findGuest("11"), fits)).not.toThrow();
    const over = { administratorPassword, fullName: "😀".repeat(32) };
    expect(faultPaths(refused("11", over))).toEqual(["fullName"]);
  });

  test("a profile of the other dialect", () => {
    const profile = { ...findGuest("7"), dialect: "sif" as const };
    expect(() => answerFile(profile, { administratorPassword })).toThrow(UnattendError);
  });
});

test("any options give either a file that reads back or all the faults", () => {
  const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constant(undefined));
  const options = fc.record({
    administratorPassword: fc.oneof(fc.string({ unit: "grapheme" }), fc.constant("Abcdef1 é<&>")),
    computerName: fc.oneof(fc.stringMatching(/^[A-Za-z0-9-]{1,16}$/), fc.constant(undefined)),
    fullName: anyText,
    organization: anyText,
    timeZone: anyText,
    evaluation: fc.boolean(),
    image: fc.option(fc.record({ index: fc.integer({ min: -1, max: 20 }) }), { nil: undefined }),
    firstLogonCommands: fc.array(
      fc.oneof(fc.string({ unit: "grapheme", maxLength: 40 }), fc.constant("x".repeat(1025))),
      {
        maxLength: 3,
      },
    ),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...listGuests().filter(({ dialect }) => dialect === "xml")),
      options,
      (profile, given) => {
        const text = takenOrRefused(profile, given);
        if (text === undefined) return;
        const root = readXml(text);
        expect(root.name).toBe("unattend");
        expect(firstLogon(text).slice(1, -1)).toEqual(given.firstLogonCommands);
      },
    ),
  );
});

function firstLogon(text: string): string[] {
  return readSettings(text)
    .filter(({ path }) => path === "FirstLogonCommands/SynchronousCommand/CommandLine")
    .map(({ element }) => element.text);
}

function windows11(options: Partial<AnswerOptions>): Record<string, string> {
  const { bytes } = answerFile(findGuest("11"), { administratorPassword, ...options });
  return Object.fromEntries(
    readSettings(bytes.toString()).map(({ path, element }) => [path, element.text]),
  );
}

function refused(guest: string, options: AnswerOptions): UnattendError {
  try {
    answerFile(findGuest(guest), options);
  } catch (error) {
    if (error instanceof UnattendError) return error;
    throw error;
  }
  throw new Error("the options were taken");
}

/** The file's text, or undefined when the options were refused the way that is promised. */
function takenOrRefused(profile: GuestProfile, options: AnswerOptions): string | undefined {
  try {
    return answerFile(profile, options).bytes.toString("latin1");
  } catch (error) {
    const promised = error instanceof UnattendError && error.code === "UNATTEND_OPTIONS_INVALID";
    if (promised && faultPaths(error).length > 0) return undefined;
    throw error;
  }
}

function faultPaths(error: UnattendError): string[] {
  return (error.data["faults"] as Fault[]).map(({ path }) => path);
}

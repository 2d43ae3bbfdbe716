import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerFile, findGuest, UnattendError } from "../src/index.ts";
import type { AnswerOptions } from "../src/index.ts";
import { sifLocales } from "../src/answer/sif/locales.ts";
import { quotedSif } from "../src/answer/sif/sif-file.ts";
import { sifTimeZone } from "../src/answer/sif/time-zones.ts";
import type { Fault } from "@winvm/runtime";
import { readSif, readSifValue } from "./support/read-sif.ts";
import type { ReadSif } from "./support/read-sif.ts";

const administratorPassword = "Golden-2026";
const productKey = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";
const printable = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map(String.fromCharCode),
});

describe("quotedSif", () => {
  test.each([
    ["plain", '"plain"'],
    ["", '""'],
    ['say "a"', '"say ""a"""'],
    ["100%", '"100%%"'],
    ["a;b#c,d", '"a;b#c,d"'],
    [" a ", '" a "'],
  ])("%j", (text, written) => {
    expect(quotedSif(text)).toBe(written);
  });

  test("carries any printable ASCII", () => {
    fc.assert(
      fc.property(printable, (text) => {
        expect(readSifValue(quotedSif(text))).toBe(text);
      }),
    );
  });

  test("any value that the reader takes is what we would write of what it reads", () => {
    const parts = fc.constantFrom('""', "%%", "a", " ", ";", "#", ",", "\\", "'", "=");
    fc.assert(
      fc.property(fc.array(parts), (written) => {
        const value = `"${written.join("")}"`;
        expect(quotedSif(readSifValue(value))).toBe(value);
      }),
    );
  });

  test.each(["\n", "\0", "é", "😀", "\x7f"])("refuses %j", (text) => {
    expect(() => quotedSif(text)).toThrow(
      expect.objectContaining({ code: "UNATTEND_SIF_INVALID" }),
    );
  });
});

describe("what is asked for arrives", () => {
  test("the sections without which Setup asks", () => {
    const file = sif("xp", {});
    expect(file["GuiUnattended"]).toMatchObject({
      AdminPassword: administratorPassword,
      TimeZone: "90",
      AutoLogon: "Yes",
    });
    expect(file["Identification"]).toEqual({ JoinWorkgroup: "WORKGROUP" });
    expect(file["Networking"]).toBeDefined();
    expect(file["Unattended"]).toMatchObject({
      UnattendMode: "FullUnattended",
      TargetPath: "\\WINDOWS",
    });
    expect(file["UserData"]).toEqual({
      ComputerName: "WINVM",
      FullName: "winvm",
      OrgName: "winvm",
      ProductKey: productKey,
    });
    expect(file["LicenseFilePrintData"]).toBeUndefined();
    expect(file["RegionalSettings"]).toBeUndefined();
  });

  test("2003 is licensed; what else is its own is done by the set-up", () => {
    const file = sif("2003", {});
    expect(file["LicenseFilePrintData"]).toEqual({ AutoMode: "PerServer", AutoUsers: "5" });
    expect(file["GuiRunOnce"]).toEqual(sif("xp", {})["GuiRunOnce"]);
    expect(file["SystemRestore"]).toBeUndefined();
  });

  test.each([
    ["192.168.0.1/24", "255.255.255.0"],
    ["10.1.2.3/20", "255.255.240.0"],
    ["10.1.2.3/8", "255.0.0.0"],
    ["10.1.2.3/32", "255.255.255.255"],
    ["10.1.2.3/0", "0.0.0.0"],
  ])("the address %s has the mask %s", (address, mask) => {
    const file = sif("xp", { network: { address, mac: "52:54:00:12:01:01" } });
    expect(file["params.MS_TCPIP.PrimaryAdapter"]).toMatchObject({
      DHCP: "No",
      IPAddress: address.split("/")[0],
      SubnetMask: mask,
    });
  });

  test("every section that is pointed to is there", () => {
    const file = sif("2003", { architecture: "amd64" });
    const pointed = [
      ...Object.values(file["NetAdapters"] ?? {}),
      ...Object.values(file["NetProtocols"] ?? {}),
      ...Object.values(file["params.MS_TCPIP"] ?? {}),
      ...Object.values(file["WindowsFirewall"] ?? {}),
    ];
    expect(pointed).toHaveLength(4);
    expect(pointed.filter((name) => file[name] === undefined)).toEqual([]);
  });

  test("scripts of the set-up medium, the user's account and commands, then the shutdown", () => {
    const file = sif("xp", {
      user: { name: "ada", password: "Lovelace-1815" },
      firstLogonCommands: ['echo "100%"'],
    });
    expect(file["SetupParams"]?.["UserExecute"]).toBe(
      [
        "cmd.exe /c if exist D:\\winvm\\specialize.cmd (call D:\\winvm\\specialize.cmd)",
        "else if exist E:\\winvm\\specialize.cmd (call E:\\winvm\\specialize.cmd)",
        "else call F:\\winvm\\specialize.cmd",
      ].join(" "),
    );
    const commands = file["GuiRunOnce"] ?? {};
    expect(Object.keys(commands)).toEqual([
      "Command0",
      "Command1",
      "Command2",
      "Command3",
      "Command4",
    ]);
    expect(Object.values(commands)).toEqual([
      'net user "ada" "Lovelace-1815" /add',
      'net localgroup Administrators "ada" /add',
      expect.stringContaining("(call D:\\winvm\\setup.cmd) else if exist E:\\winvm\\setup.cmd "),
      'echo "100%"',
      "shutdown -s -f -t 5",
    ]);
  });

  test("language, keyboard and zone as numbers", () => {
    const file = sif("xp", { language: "de-DE", timeZone: "W. Europe Standard Time" });
    expect(file["RegionalSettings"]).toEqual({
      InputLocale: "0407:00000407",
      SystemLocale: "00000407",
      UserLocale: "00000407",
    });
    expect(file["GuiUnattended"]?.["TimeZone"]).toBe("110");
    const other = sif("xp", { keyboard: "0407:00010407", timeZone: "85" });
    // The locales are the media's own unless a language is given.
    expect(other["RegionalSettings"]).toEqual({ InputLocale: "0407:00010407" });
    expect(other["GuiUnattended"]?.["TimeZone"]).toBe("85");
  });
});

// Those of XP's keyboards that bear the number of a locale alone (Microsoft, Keyboard Identifiers; the registry of NT 4).
const layoutsOfXp = [
  ..."0401 0404 0405 0406 0407 0408 0409 040a 040b 040c 040d 040e 0410 0411 0412 0413 0414".split(
    " ",
  ),
  ..."0415 0416 0419 041d 041f 0804 0807 0809 080a 080c 0813 0816 0c0c 1009 100c 1809".split(" "),
];

describe("keyboards", () => {
  test.each([...sifLocales])("%s (%s) has one that XP ships", (keyboard, locale) => {
    const { InputLocale = "" } = sif("xp", { keyboard })["RegionalSettings"] ?? {};
    const [owner, layout = ""] = InputLocale.split(":");
    expect(owner).toBe(locale);
    expect(layoutsOfXp.map((digits) => `0000${digits}`)).toContain(layout);
  });

  test.each([
    ["es-ES", "0c0a:0000040a"],
    ["de-AT", "0c07:00000407"],
    ["en-AU", "0c09:00000409"],
    ["en-NZ", "1409:00000409"],
    ["en-CA", "1009:00000409"],
    ["fr-CA", "0c0c:00001009"],
    ["de-CH", "0807:00000807"],
  ])("%s is %s", (language, expected) => {
    expect(sif("2003", { language })["RegionalSettings"]?.["InputLocale"]).toBe(expected);
  });
});

describe("sifTimeZone", () => {
  test.each([
    ["UTC", 90],
    ["GMT Standard Time", 85],
    ["090", 90],
    ["91", undefined],
    ["Qyzylorda Standard Time", undefined],
    ["-1", undefined],
  ])("%s is %s", (zone, index) => {
    expect(sifTimeZone(zone)).toBe(index);
  });
});

describe("faults", () => {
  test("the nearest zone is one that XP has", () => {
    const [fault] = refused("xp", { timeZone: "Qyzylorda Standard Time" });
    const close = /^the nearest is (.+)$/.exec(fault?.hint ?? "")?.[1] ?? "";
    expect(sifTimeZone(close)).toBeTypeOf("number");
  });

  test("all at once", () => {
    const faults = refused("xp", {
      productKey: undefined,
      evaluation: true,
      edition: "Professional",
      image: { index: 1 },
      firmware: "uefi",
      architecture: "amd64",
      tpm: "emulated",
      drivers: ["A:\\"],
      shellProvider: "win32-openssh",
      language: "xx",
      timeZone: "Qyzylorda Standard Time",
      fullName: "Größe",
      user: { name: "ada", password: "Longer-than-14-1" },
      firstLogonCommands: ["x".repeat(261)],
    });
    expect(faults.map(({ path }) => path).sort()).toEqual([
      "architecture",
      "drivers",
      "edition",
      "evaluation",
      "firmware",
      "firstLogonCommands[0]",
      "fullName",
      "image",
      "language",
      "productKey",
      "shellProvider",
      "timeZone",
      "tpm",
      "user.password",
    ]);
    expect(JSON.stringify(faults)).not.toContain("Longer-than");
  });

  test("the key is the user's to give", () => {
    expect(refused("2003", { productKey: undefined })).toMatchObject([
      { path: "productKey", expected: "a product key" },
    ]);
    expect(refused("xp64", { productKey: "AAAAA" })).toMatchObject([{ path: "productKey" }]);
  });
});

function sif(guest: string, options: Partial<AnswerOptions>): ReadSif {
  const all = { administratorPassword, productKey, ...options };
  return readSif(answerFile(findGuest(guest), all).bytes.toString("latin1"));
}

function refused(guest: string, options: Partial<AnswerOptions>): Fault[] {
  try {
    sif(guest, options);
  } catch (error) {
    if (error instanceof UnattendError) return error.data["faults"] as Fault[];
    throw error;
  }
  throw new Error("the options were taken");
}

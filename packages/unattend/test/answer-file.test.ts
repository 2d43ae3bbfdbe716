import { describe, expect, test } from "vitest";
import { answerFile, findGuest, UnattendError } from "../src/index.ts";
import type { AnswerOptions } from "../src/index.ts";
import type { Fault } from "@winvm/runtime";
import { manyOptions } from "./support/answer-options.ts";
import { readSettings } from "./support/read-xml.ts";

const administratorPassword = "Golden-2026";

describe("values arrive", () => {
  const text = answerFile(findGuest("11"), manyOptions).bytes.toString();
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

describe("what versions have of their own", () => {
  const component = "Microsoft-Windows-Setup";

  test("a TPM is not bypassed where the machine has one; the rest of the demands is", () => {
    expect(bypassed("bypass")).toContain("BypassTPMCheck");
    expect(bypassed("emulated")).toEqual(
      bypassed("bypass").filter((one) => one !== "BypassTPMCheck"),
    );
  });

  test("drivers are given to Setup itself", () => {
    const path = "Microsoft-Windows-PnpCustomizationsWinPE/DriverPaths/PathAndCredentials/Path";
    expect(settings("10", { drivers: ["E:\\a", "F:\\a"] })).toEqual(
      expect.arrayContaining([`${path}=E:\\a`, `${path}=F:\\a`]),
    );
  });

  test("Vista is one partition, later ones two, UEFI three", () => {
    const installTo = `${component}/ImageInstall/OSImage/InstallTo/PartitionID`;
    expect(settings("vista", {})).toContain(`${installTo}=1`);
    expect(settings("2008", {})).toContain(`${installTo}=1`);
    expect(settings("7", {})).toContain(`${installTo}=2`);
    expect(settings("2022", { firmware: "uefi" })).toContain(`${installTo}=3`);
  });

  test("a server is named and has its key; of evaluation media only the image is chosen", () => {
    const value = `${component}/ImageInstall/OSImage/InstallFrom/MetaData/Value`;
    const key = `${component}/UserData/ProductKey/Key`;
    expect(settings("2022", { edition: "datacenter core" })).toEqual(
      expect.arrayContaining([
        `${value}=Windows Server 2022 SERVERDATACENTERCORE`,
        `${key}=WX4NM-KYWYW-QJJR4-XV3QB-6VM33`,
      ]),
    );
    const evaluation = settings("2022", { evaluation: true, image: { index: 2 } });
    expect(evaluation).toContain(`${value}=2`);
    expect(evaluation.filter((one) => one.startsWith(key))).toEqual([]);
  });

  test("media of the other architecture", () => {
    const x86 = answerFile(findGuest("7"), { administratorPassword, architecture: "x86" });
    expect(x86.bytes.toString()).toContain('processorArchitecture="x86"');
    expect(x86.bytes.toString()).not.toContain("amd64");
  });

  test("a further account", () => {
    const account = "Microsoft-Windows-Shell-Setup/UserAccounts/LocalAccounts/LocalAccount";
    expect(settings("2019", { user: user("ada") })).toEqual(
      expect.arrayContaining([
        `${account}/Name=ada`,
        `${account}/Group=Administrators`,
        `${account}/Password/Value=Lovelace-1815`,
      ]),
    );
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
    const enterprise = windows11({ image: { name: "Windows 11 Enterprise" } });
    expect(enterprise["UserData/ProductKey/Key"]).toBe("NPPR9-FWDCX-D2C8J-H872K-2YT43");
  });

  test("an image that no key of Microsoft's is known to fit needs the user's, or its edition's name", () => {
    const home = { administratorPassword, image: { name: "Windows 11 Home" } };
    const second = { administratorPassword, image: { index: 2 } };
    for (const options of [home, second]) {
      expect(faultPaths(refused("11", options))).toEqual(["productKey"]);
    }
    expect(() => refused("2025", second)).not.toThrow();
    const productKey = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";
    const value = "ImageInstall/OSImage/InstallFrom/MetaData/Value";
    expect(windows11({ ...home, productKey })).toMatchObject({
      [value]: "Windows 11 Home",
      "UserData/ProductKey/Key": productKey,
    });
    expect(windows11({ ...second, edition: "Enterprise" })).toMatchObject({
      [value]: "2",
      "UserData/ProductKey/Key": "NPPR9-FWDCX-D2C8J-H872K-2YT43",
    });
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
      architecture: "x86",
      user: { name: "a/b", password: "weak" },
      drivers: ["drivers", "E:\\a", "e:\\A\\", `E:\\${"x".repeat(257)}`],
      shellProvider: "in-box",
    });
    expect(error.code).toBe("UNATTEND_OPTIONS_INVALID");
    expect([...new Set(faultPaths(error))].sort()).toEqual([
      "administratorPassword",
      "architecture",
      "computerName",
      "drivers[0]",
      "drivers[2]",
      "drivers[3]",
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
      "shellProvider",
      "timeZone",
      "user.name",
      "user.password",
    ]);
    expect(error.message).not.toContain("weak");
    expect(error.message).toContain("computerName: expected 1 to 15 ASCII letters");
  });

  test.each<[string, Partial<AnswerOptions>, string]>([
    ["a zone that Windows does not know", { timeZone: "Europe/Berlin" }, "timeZone"],
    ["a user named as the computer", { user: user("winvm") }, "user.name"],
    ["a user named as a built-in account", { user: user("administrator") }, "user.name"],
    ["a user of 21 units", { user: user("x".repeat(21)) }, "user.name"],
    ["a user that ends with a dot", { user: user("ada.") }, "user.name"],
    ["a user of dots", { user: user("..") }, "user.name"],
    ["a user with a space in front", { user: user(" ada") }, "user.name"],
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
});

function firstLogon(text: string): string[] {
  return readSettings(text)
    .filter(({ path }) => path === "FirstLogonCommands/SynchronousCommand/CommandLine")
    .map(({ element }) => element.text);
}

function settings(guest: string, options: Partial<AnswerOptions>): string[] {
  const all = { administratorPassword, ...options };
  return readSettings(answerFile(findGuest(guest), all).bytes.toString()).map(
    ({ component, path, element }) => `${component}/${path}=${element.text}`,
  );
}

function bypassed(tpm: "bypass" | "emulated"): string[] {
  return settings("11", { tpm }).flatMap((one) => /Bypass\w+/.exec(one) ?? []);
}

function user(name: string): { name: string; password: string } {
  return { name, password: "Lovelace-1815" };
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

function faultPaths(error: UnattendError): string[] {
  return (error.data["faults"] as Fault[]).map(({ path }) => path);
}

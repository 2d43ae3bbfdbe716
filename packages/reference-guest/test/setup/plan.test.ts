import { answerFile, findGuest } from "@winvm/unattend";
import { describe, expect, test } from "vitest";
import { readAnswer } from "../../src/index.ts";
import type { MachineFacts, SetupPlan } from "../../src/index.ts";
import { renderPlan } from "../../src/setup/render-plan.ts";
import { answerXml, forUefi } from "../support/answer.ts";

const bios: MachineFacts = { architecture: "amd64", firmware: "bios", disks: 1 };

function plan(bytes: Uint8Array, machine: MachineFacts, name = "Autounattend.xml"): SetupPlan {
  const answer = readAnswer(name, bytes, machine);
  if (answer.kind === "refused") throw new Error(JSON.stringify(answer.refusals, undefined, 2));
  return answer.plan;
}

test("a plan for a BIOS", () => {
  expect(plan(Buffer.from(answerXml), bios)).toMatchObject({
    computerName: "REHEARSAL",
    owner: "Somebody",
    logon: "Administrator",
    interfaces: [{ identifier: "52-54-00-12-01-01", addresses: ["192.168.0.1/24"] }],
    disk: {
      table: "mbr",
      installTo: 2,
      partitions: [{ sizeMiB: 100, active: true }, { format: "NTFS" }],
    },
    commands: {
      specialize: [
        { kind: "posix", argv: ["bash", "-c", "echo specialized >/cygdrive/c/specialized"] },
      ],
      oobeSystem: [{ kind: "posix" }, { kind: "posix", argv: ["shutdown", "-s", "-t", "0"] }],
    },
  });
});

test("as files for scripts", () => {
  const files = renderPlan(plan(Buffer.from(forUefi(answerXml)), { ...bios, firmware: "uefi" }));
  expect(files["disk/sfdisk"]).toBe(
    [
      "label: gpt",
      "",
      "size=128MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
      "size=16MiB, type=E3C9E316-0B5C-4DB8-817D-F92DF00215AE",
      "type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7",
      "",
    ].join("\n"),
  );
  expect(files["disk/partitions"]).toBe(
    "1\tvfat\tesp\tSystem\n2\tnone\tother\t\n3\text4\twindows\t\n",
  );
  expect(files["network"]).toBe("52-54-00-12-01-01\t192.168.0.1/24\n");
  expect(files["commands/oobeSystem/002/argv"]).toBe("shutdown\u0000-s\u0000-t\u00000\u0000");
});

test("UTF-16, as Windows' editors write it", () => {
  const bytes = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from(answerXml.replace("utf-8", "utf-16"), "utf16le"),
  ]);
  expect(plan(bytes, bios).computerName).toBe("REHEARSAL");
});

test("the account that is logged on is the one that is made, however its name is spelt", () => {
  const account =
    '<LocalAccounts><LocalAccount wcm:action="add"><Password><Value>secret-Word1</Value><PlainText>true</PlainText></Password><Group>Administrators</Group><Name>anna</Name></LocalAccount></LocalAccounts></UserAccounts>';
  const xml = answerXml
    .replace("<Username>Administrator<", "<Username>ANNA<")
    .replace("</UserAccounts>", account);
  expect(plan(Buffer.from(xml), bios)).toMatchObject({
    logon: "anna",
    accounts: [{ name: "anna" }],
  });
});

test("an IPv6 address beside DHCP is not refused, but cannot be played", () => {
  const xml = answerXml
    .replace("<DhcpEnabled>false<", "<DhcpEnabled>true<")
    .replace("192.168.0.1/24", "fd00::1/64");
  const answer = readAnswer("Autounattend.xml", Buffer.from(xml), bios);
  expect(answer.kind === "refused" && answer.refusals.map(({ reason }) => reason)).toEqual([
    "this guest has no IPv6",
  ]);
});

describe("the answer files that winvm writes", () => {
  const options = { administratorPassword: "secret-Word1" };
  test.each([
    ["reference", "bios"],
    ["reference", "uefi"],
    ["7", "bios"],
    ["11", "uefi"],
  ] as const)("%s on %s", (name, firmware) => {
    const { fileName, bytes } = answerFile(findGuest(name), { ...options, firmware });
    const read = plan(bytes, { ...bios, firmware }, fileName);
    expect(read.computerName).toBe("WINVM");
    expect(read.interfaces).toEqual([
      { identifier: "52-54-00-12-01-01", addresses: ["192.168.0.1/24"], gateway: undefined },
    ]);
    expect(read.commands.oobeSystem.at(-1)).toMatchObject({ kind: "posix" });
  });
});

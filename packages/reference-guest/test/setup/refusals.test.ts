import { describe, expect, test } from "vitest";
import { formatRefusal, readAnswer } from "../../src/index.ts";
import type { MachineFacts } from "../../src/index.ts";
import { answerXml, forUefi } from "../support/answer.ts";

const bios: MachineFacts = { architecture: "amd64", firmware: "bios", disks: 1 };
const uefi: MachineFacts = { ...bios, firmware: "uefi" };

function refusals(xml: string, machine: MachineFacts = bios): string[] {
  const answer = readAnswer("Autounattend.xml", Buffer.from(xml), machine);
  return answer.kind === "plan" ? [] : answer.refusals.map(formatRefusal);
}

test("accepts what is sound, on both kinds of firmware", () => {
  expect(refusals(answerXml)).toEqual([]);
  expect(refusals(forUefi(answerXml), uefi)).toEqual([]);
});

const DISK = "Microsoft-Windows-Setup/DiskConfiguration/Disk";
const cases: readonly (readonly [string, string | RegExp, string, string])[] = [
  [
    "an unknown setting",
    "<TimeZone>UTC</TimeZone>",
    "<TimeZones>UTC</TimeZones>",
    "specialize Microsoft-Windows-Shell-Setup/TimeZones: there is no such setting",
  ],
  [
    "a setting in the wrong pass",
    "<TimeZone>UTC</TimeZone>",
    "<OOBE><ProtectYourPC>3</ProtectYourPC></OOBE>",
    "specialize Microsoft-Windows-Shell-Setup/OOBE: not allowed in the pass specialize, only in oobeSystem",
  ],
  [
    "an unknown component",
    "Microsoft-Windows-TCPIP",
    "Microsoft-Windows-IPTCP",
    "specialize Microsoft-Windows-IPTCP: there is no such component",
  ],
  [
    "an unknown pass",
    'pass="specialize"',
    'pass="specialise"',
    'settings: there is no pass "specialise"',
  ],
  [
    "a value that is too long",
    "<FullName>Somebody</FullName>",
    `<FullName>${"x".repeat(64)}</FullName>`,
    "windowsPE Microsoft-Windows-Setup/UserData/FullName: it has 64 characters, 63 are allowed",
  ],
  [
    "a command that is too long",
    /<Path>.*<\/Path>/,
    `<Path>${"x".repeat(260)}</Path>`,
    "specialize Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand/Path: it has 260 characters, 259 are allowed",
  ],
  [
    "a first logon command that is too long",
    /<CommandLine>C:.*?<\/CommandLine>/,
    `<CommandLine>${"x".repeat(1025)}</CommandLine>`,
    "oobeSystem Microsoft-Windows-Shell-Setup/FirstLogonCommands/SynchronousCommand/CommandLine: it has 1025 characters, 1024 are allowed",
  ],
  [
    "a value that is none of the legal ones",
    "<WillReboot>OnRequest</WillReboot>",
    "<WillReboot>Sometimes</WillReboot>",
    'specialize Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand/WillReboot: "Sometimes" is none of Always, OnRequest, Never',
  ],
  [
    "an empty value",
    "<Description>one</Description>",
    "<Description></Description>",
    "specialize Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand/Description: it may not be empty",
  ],
  [
    "an Order that is no number",
    "<Order>1</Order><Path>",
    "<Order>first</Order><Path>",
    'specialize Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand/Order: "first" is no whole number from 1 to 500',
  ],
  [
    "the same Order twice",
    "shutdown -s -t 0</CommandLine><Order>2</Order>",
    "shutdown -s -t 0</CommandLine><Order>1</Order>",
    "oobeSystem Microsoft-Windows-Shell-Setup/FirstLogonCommands: two times SynchronousCommand with Order 1",
  ],
  [
    "no Order",
    "shutdown -s -t 0</CommandLine><Order>2</Order>",
    "shutdown -s -t 0</CommandLine>",
    "oobeSystem Microsoft-Windows-Shell-Setup/FirstLogonCommands: SynchronousCommand in line 52 has no Order",
  ],
  [
    "no wcm:action",
    '<Disk wcm:action="add">',
    "<Disk>",
    `windowsPE ${DISK}: an item of a list needs wcm:action="add"`,
  ],
  [
    "another architecture",
    'name="Microsoft-Windows-TCPIP" processorArchitecture="amd64"',
    'name="Microsoft-Windows-TCPIP" processorArchitecture="x86"',
    'specialize Microsoft-Windows-TCPIP: processorArchitecture is "x86", the media are amd64',
  ],
  [
    "no InstallTo",
    /<InstallTo>.*<\/InstallTo>/,
    "",
    "windowsPE Microsoft-Windows-Setup/ImageInstall/OSImage/InstallTo: it is missing: Setup would ask where to install",
  ],
  [
    "a partition that is not there",
    "<PartitionID>2</PartitionID></InstallTo>",
    "<PartitionID>3</PartitionID></InstallTo>",
    "windowsPE Microsoft-Windows-Setup/ImageInstall/OSImage/InstallTo/PartitionID: there is no partition 3",
  ],
  [
    "a disk that is not there",
    "<DiskID>0</DiskID>\n",
    "<DiskID>1</DiskID>\n",
    `windowsPE ${DISK}/DiskID: there is no disk 1; the machine has 1`,
  ],
  [
    "an EFI partition on a BIOS",
    "<Size>100</Size><Type>Primary</Type>",
    "<Size>100</Size><Type>EFI</Type>",
    `windowsPE ${DISK}/CreatePartitions/CreatePartition/Type: EFI exists on GPT disks only; a BIOS starts from MBR`,
  ],
  [
    "two active partitions",
    "<PartitionID>2</PartitionID><Format>",
    "<PartitionID>2</PartitionID><Active>true</Active><Format>",
    `windowsPE ${DISK}/ModifyPartitions/ModifyPartition/Active: an MBR has one active partition at most`,
  ],
  [
    "no licence",
    "<AcceptEula>true</AcceptEula>",
    "",
    "windowsPE Microsoft-Windows-Setup/UserData/AcceptEula: it has to be true, or Setup asks",
  ],
  [
    "a computer name of digits",
    "REHEARSAL",
    "12345",
    'specialize Microsoft-Windows-Shell-Setup/ComputerName: "12345" has no letter',
  ],
  [
    "a computer name that is too long",
    "REHEARSAL",
    "A-NAME-OF-SIXTEEN",
    "specialize Microsoft-Windows-Shell-Setup/ComputerName: it has 17 characters, 15 are allowed",
  ],
  [
    "a MAC address with colons",
    "52-54-00-12-01-01",
    "52:54:00:12:01:01",
    "specialize Microsoft-Windows-TCPIP/Interfaces/Interface/Identifier: a MAC address is written with dashes: 52:54:00:12:01:01",
  ],
  [
    "parts of an interface in another order",
    /(<Identifier>.*<\/Identifier>)([\s\S]*?)(<UnicastIpAddresses>.*<\/UnicastIpAddresses>)/,
    "$3$2$1",
    "specialize Microsoft-Windows-TCPIP/Interfaces/Interface: its parts have to come in the order Ipv4Settings, Identifier, UnicastIpAddresses",
  ],
  [
    "an index that is none",
    "<OSImage><InstallTo>",
    '<OSImage><InstallFrom><MetaData wcm:action="add"><Key>/IMAGE/INDEX</Key><Value>0</Value></MetaData></InstallFrom><InstallTo>',
    'windowsPE Microsoft-Windows-Setup/ImageInstall/OSImage/InstallFrom/MetaData/Value: "0" is no index: they count from 1',
  ],
  [
    "a setting twice",
    "<TimeZone>UTC</TimeZone>",
    "<TimeZone>UTC</TimeZone><TimeZone>UTC</TimeZone>",
    "specialize Microsoft-Windows-Shell-Setup/TimeZone: it is there more than once",
  ],
  [
    "no language for Setup",
    /<SetupUILanguage>.*<\/SetupUILanguage>/,
    "",
    "windowsPE Microsoft-Windows-International-Core-WinPE/SetupUILanguage/UILanguage: it is missing: Setup would ask for the language",
  ],
  [
    "pages that are always shown",
    "<ImageInstall><OSImage>",
    "<ImageInstall><OSImage><WillShowUI>Always</WillShowUI>",
    "windowsPE Microsoft-Windows-Setup/ImageInstall/OSImage/WillShowUI: Always makes Setup ask",
  ],
  [
    "the licence shown at the end",
    "<HideEULAPage>true</HideEULAPage>",
    "",
    "oobeSystem Microsoft-Windows-Shell-Setup/OOBE/HideEULAPage: it has to be true, or Windows Welcome asks to accept the licence",
  ],
  [
    "no word on protection",
    "<ProtectYourPC>3</ProtectYourPC>",
    "",
    "oobeSystem Microsoft-Windows-Shell-Setup/OOBE/ProtectYourPC: it is missing: Windows Welcome would ask",
  ],
  [
    "an address without its key",
    ' wcm:keyValue="1"',
    "",
    "specialize Microsoft-Windows-TCPIP/Interfaces/Interface/UnicastIpAddresses/IpAddress: an item of this list needs wcm:keyValue",
  ],
  [
    "a key twice",
    "</IpAddress>",
    '</IpAddress><IpAddress wcm:action="add" wcm:keyValue="1">192.168.0.2/24</IpAddress>',
    'specialize Microsoft-Windows-TCPIP/Interfaces/Interface/UnicastIpAddresses/IpAddress: two times wcm:keyValue "1"',
  ],
  [
    "an account named like the computer",
    "<UserAccounts>",
    '<UserAccounts><LocalAccounts><LocalAccount wcm:action="add"><Name>rehearsal</Name></LocalAccount></LocalAccounts>',
    "oobeSystem Microsoft-Windows-Shell-Setup/UserAccounts/LocalAccounts/LocalAccount/Name: rehearsal is the computer's name",
  ],
  [
    "a password that is not hidden as it says",
    /(<AdministratorPassword>.*?)<PlainText>true/,
    "$1<PlainText>false",
    "oobeSystem Microsoft-Windows-Shell-Setup/UserAccounts/AdministratorPassword/Value: with PlainText=false it has to be base64 of UTF-16, AdministratorPassword behind the password",
  ],
];

describe("refuses by name", () => {
  test.each(cases)("%s", (_, from, to, expected) => {
    const changed = answerXml.replace(from, to);
    expect(changed).not.toBe(answerXml);
    expect(refusals(changed)).toContain(expected);
  });

  test("what is no XML", () => {
    expect(refusals(answerXml.replace("</unattend>", ""))[0]).toMatch(
      /^unattend: not well-formed XML/,
    );
    expect(refusals(answerXml.replace("<unattend", "<!DOCTYPE unattend>\n<unattend"))[0]).toMatch(
      /document type/,
    );
  });

  test("not what Microsoft's own example of a hidden password is", () => {
    const hidden = answerXml.replace(
      /(<AdministratorPassword>).*(<\/AdministratorPassword>)/,
      "$1<Value>cAB3AEEAZABtAGkAbgBpAHMAdAByAGEAdABvAHIAUABhAHMAcwB3AG8AcgBkAA==</Value><PlainText>false</PlainText>$2",
    );
    expect(refusals(hidden)).toEqual([]);
  });

  test("everything at once", () => {
    const changed = answerXml
      .replace("REHEARSAL", "?")
      .replace("<DiskID>0</DiskID>\n", "<DiskID>1</DiskID>\n")
      .replace("UTC", "");
    expect(refusals(changed).length).toBeGreaterThanOrEqual(2);
  });

  test("bytes that are no text", () => {
    const answer = readAnswer("Autounattend.xml", Buffer.from([0x3c, 0xff, 0xfe]), bios);
    expect(answer).toMatchObject({ kind: "refused" });
  });
});

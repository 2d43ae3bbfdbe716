import { describe, expect, test } from "vitest";
import { formatRefusal, judgeAnswerFile, readAnswer } from "../../src/index.ts";
import type { MachineFacts } from "../../src/index.ts";
import { parseSif, sifEntry } from "../../src/setup/sif/parse.ts";

const bios: MachineFacts = { architecture: "amd64", firmware: "bios", disks: 1 };

const sif = `; an answer file of Windows XP
[Data]
AutoPartition=1
AutomaticUpdates=Yes
MsDosInitiated="0"
UnattendedInstall="Yes"
[Unattended]
UnattendMode=FullUnattended
OemSkipEula=Yes
TargetPath=\\WINDOWS
[GuiUnattended]
AdminPassword="a ""b"" 100%%"
AutoLogon=Yes
AutoLogonCount=1
TimeZone=90
[UserData]
ComputerName=REHEARSAL
FullName="Some, body"
ProductKey=AAAAA-BBBBB-CCCCC-DDDDD-EEEEE
[Networking]
[Identification]
JoinWorkgroup=winvm
[NetAdapters]
Adapter1=params.Adapter1
[params.Adapter1]
InfID=*
[NetProtocols]
MS_TCPIP=params.MS_TCPIP
[params.MS_TCPIP]
AdapterSections=params.MS_TCPIP.Adapter1
[params.MS_TCPIP.Adapter1]
DHCP=No
IPAddress=192.168.0.1
SubnetMask=255.255.255.0
[SetupParams]
UserExecute="bash -c true"
[GuiRunOnce]
Command1="shutdown -s"
Command0="C:\\cygwin\\bin\\bash -l E:\\x.sh"
`.replaceAll("\n", "\r\n");

function read(text: string): string[] {
  const answer = readAnswer("WINNT.SIF", Buffer.from(text), bios);
  return answer.kind === "plan" ? [] : answer.refusals.map(formatRefusal);
}

test("a plan", () => {
  const answer = readAnswer("WINNT.SIF", Buffer.from(sif), bios);
  expect(answer).toMatchObject({
    kind: "plan",
    plan: {
      computerName: "REHEARSAL",
      owner: "Some, body",
      interfaces: [{ addresses: ["192.168.0.1/24"] }],
      commands: {
        specialize: [{ argv: ["bash", "-c", "true"] }],
        oobeSystem: [{ line: "C:\\cygwin\\bin\\bash -l E:\\x.sh" }, { line: "shutdown -s" }],
      },
    },
  });
});

test("values: quotes, commas, percent signs, comments", () => {
  const { file, findings } = parseSif('[A]\nx = "a ""b"", 100%%", c ; no\n"Y"=\n');
  expect(findings).toEqual([]);
  expect(sifEntry(file, "a", "X")?.values).toEqual(['a "b", 100%', "c"]);
  expect(sifEntry(file, "A", "y")).toEqual({ section: "A", key: "Y", values: [""], line: 3 });
});

test("drivers for text mode, and what Setup Manager notes for itself", () => {
  const more = `[MassStorageDrivers]
"A controller" = "OEM"
[OEMBootFiles]
a.sys ; its driver
txtsetup.oem
[SetupMgr]
DistFolder=C:\\windist
`;
  const answer = readAnswer("winnt.sif", Buffer.from(`${sif}${more}`), bios);
  expect(answer).toMatchObject({
    kind: "plan",
    ignored: [{ setting: "SetupMgr", reason: "notes of Setup Manager's for itself" }],
  });
  const { file, findings } = parseSif(more);
  expect(findings).toEqual([]);
  expect(file.get("oembootfiles")?.entries.map(({ key }) => key)).toEqual([
    "a.sys",
    "txtsetup.oem",
  ]);
});

test("a domain in place of a workgroup is Windows' to take, but cannot be played", () => {
  const joined = sif.replace("JoinWorkgroup=winvm", "JoinDomain=example");
  const { judgement } = judgeAnswerFile("winnt.sif", Buffer.from(joined), bios);
  expect(judgement).toMatchObject({
    verdict: "accepted",
    unplayable: ["Identification/JoinDomain: this guest joins no domain"],
  });
});

describe("refuses by name", () => {
  test.each([
    [
      "ProductKey=AAAAA",
      "ProductKey=AAAA",
      'UserData/ProductKey: "AAAA-BBBBB-CCCCC-DDDDD-EEEEE" makes Setup ask',
    ],
    ["Some, body", "Som\u00e9, body", 'UserData/FullName: "\u00e9" is outside ASCII'],
    ["JoinWorkgroup=winvm", "", "Identification/JoinWorkgroup: it is missing: Setup would ask"],
    [
      "TimeZone=90",
      "TimeZome=90",
      "GuiUnattended/TimeZome: there is no such key: Setup would read it nowhere",
    ],
    [
      "[Networking]",
      "[Netwurking]",
      "Netwurking: there is no such section: Setup would read it nowhere",
    ],
    [
      "255.255.255.0",
      "255.0.255.0",
      'params.MS_TCPIP.Adapter1/SubnetMask: "255.0.255.0" is no subnet mask',
    ],
    [
      "AutomaticUpdates=Yes",
      "AutomaticUpdates=No",
      "Data/AutomaticUpdates: other than Yes it makes Windows Welcome ask",
    ],
    [
      "AdapterSections=params.MS_TCPIP.Adapter1",
      "AdapterSections=params.MS_TCPIP.Adapter",
      "params.MS_TCPIP.Adapter1: there is no such section: Setup would read it nowhere",
    ],
    [
      "IPAddress=192.168.0.1",
      "IPAddress=192.168.0.256",
      'params.MS_TCPIP.Adapter1/IPAddress: "192.168.0.256" is no address',
    ],
    [
      "AutoLogon=Yes",
      "AutoLogon=No",
      "GuiUnattended/AutoLogon: without it nobody logs on, and the commands of GuiRunOnce never run",
    ],
    [
      "Command1=",
      "Comand1=",
      "GuiRunOnce/Comand1: there is no such key: Setup would read it nowhere",
    ],
    [
      '"shutdown -s"',
      `"${"x".repeat(261)}"`,
      "GuiRunOnce/Command1: it has 261 characters, 260 are allowed",
    ],
    ["OemSkipEula=Yes", "OemSkipEula=No", 'Unattended/OemSkipEula: "No" makes Setup ask'],
    [
      "ComputerName=REHEARSAL",
      "ComputerName=A_B",
      'UserData/ComputerName: "A_B" has other characters than letters, digits and -',
    ],
    [
      '"bash -c true"',
      '"bash -c true',
      'line 36: neither a section nor a key with a value: UserExecute="bash -c true',
    ],
  ])("%s → %s", (from, to, expected) => {
    expect(sif).toContain(from);
    expect(read(sif.replace(from, to))).toContain(expected);
  });
});

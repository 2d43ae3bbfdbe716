import { expect, test } from "vitest";
import { formatRefusal, judgeAnswerFile, readAnswer } from "../../src/index.ts";
import type { MachineFacts } from "../../src/index.ts";
import { answerXml } from "../support/answer.ts";

const bios: MachineFacts = { architecture: "amd64", firmware: "bios", disks: 1 };
const windows7 = { title: "Windows 7", version: "6.1", kind: "client" } as const;

function refusals(xml: string, machine: MachineFacts = bios): string[] {
  const answer = readAnswer("Autounattend.xml", Buffer.from(xml), machine);
  return answer.kind === "plan" ? [] : answer.refusals.map(formatRefusal);
}

test("sealing again at the end, which only Windows 10 supports", () => {
  const sealed = answerXml.replace(
    '<settings pass="oobeSystem">',
    '<settings pass="oobeSystem"><component name="Microsoft-Windows-Deployment" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS"><Reseal><ForceShutdownNow>true</ForceShutdownNow><Mode>OOBE</Mode></Reseal></component>',
  );
  expect(refusals(sealed, { ...bios, system: windows7 })).toContain(
    "oobeSystem Microsoft-Windows-Deployment/Reseal/ForceShutdownNow: not supported here: the machine would restart into this pass for ever",
  );
  const { judgement } = judgeAnswerFile("Autounattend.xml", Buffer.from(sealed), bios);
  expect(judgement.verdict).toBe("accepted");
  expect(judgement.unplayable).toHaveLength(1);
});

test("automatic logon without any account, which only Windows 10 does not ask for", () => {
  const bare = answerXml.replace(/<UserAccounts>.*<\/UserAccounts>/, "");
  expect(refusals(bare)).toEqual([]);
  expect(refusals(bare, { ...bios, system: windows7 })).toEqual([
    "oobeSystem Microsoft-Windows-Shell-Setup/UserAccounts: no account: neither LocalAccounts nor AdministratorPassword; Setup would ask",
  ]);
});

test("what Windows would take and this guest cannot play", () => {
  const ipv6 = answerXml.replace("192.168.0.1/24", "fd00::1/64");
  const aside = answerXml.replace(
    "<RunSynchronous>",
    '<RunAsynchronous><RunAsynchronousCommand wcm:action="add"><Description>b</Description><Order>1</Order><Path>a</Path></RunAsynchronousCommand></RunAsynchronous><RunSynchronous>',
  );
  const unplayable = [ipv6, aside].map((xml) => {
    const { judgement } = judgeAnswerFile("Autounattend.xml", Buffer.from(xml), bios);
    return [judgement.verdict, ...judgement.unplayable];
  });
  expect(unplayable).toEqual([
    [
      "accepted",
      "Microsoft-Windows-TCPIP/Interfaces/Interface/UnicastIpAddresses/IpAddress: this guest has no IPv6",
    ],
    [
      "accepted",
      "Microsoft-Windows-Deployment/RunAsynchronous: this guest runs no commands beside others",
    ],
  ]);
});

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { referenceData } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { judgeAnswerFile } from "../../src/index.ts";
import type { AnswerJudgement, SetupSystem } from "../../src/index.ts";

const client = (title: string, version: string): SetupSystem => ({
  title,
  version,
  kind: "client",
});
const server = (title: string, version: string): SetupSystem => ({
  title,
  version,
  kind: "server",
});
const key = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";
const windows10 = client("Windows 10", "10.0");

function judge(file: string, system: SetupSystem): AnswerJudgement {
  return judgeAnswerFile("Autounattend.xml", readFileSync(file), {
    architecture: file.includes("_x86_") ? "x86" : "amd64",
    firmware: file.includes("UEFI") ? "uefi" : "bios",
    disks: 1,
    system,
  }).judgement;
}

function refusals({ settings }: AnswerJudgement): string[] {
  return settings
    .filter(({ verdict }) => verdict === "refused")
    .map(({ pass, setting, reason }) => `${pass ?? ""} ${setting}: ${reason ?? ""}`.trim());
}

// They have installed these Windows: whatever the reader refuses in them, it refuses wrongly. System Image Manager's
// <cpi:offlineImage> is ignored in each.
const packer: readonly (readonly [string, SetupSystem, AnswerJudgement["counts"]])[] = [
  ["10", windows10, { obeyed: 147, ignored: 3, refused: 0 }],
  ["2008_r2", server("Windows Server 2008 R2", "6.1"), { obeyed: 143, ignored: 1, refused: 0 }],
  [
    "2008_r2_core",
    server("Windows Server 2008 R2", "6.1"),
    { obeyed: 167, ignored: 1, refused: 0 },
  ],
  ["2012", server("Windows Server 2012", "6.2"), { obeyed: 147, ignored: 2, refused: 0 }],
  ["2012_r2", server("Windows Server 2012 R2", "6.3"), { obeyed: 150, ignored: 1, refused: 0 }],
  [
    "2012_r2_core",
    server("Windows Server 2012 R2", "6.3"),
    { obeyed: 150, ignored: 1, refused: 0 },
  ],
  [
    "2012_r2_hyperv",
    server("Windows Server 2012 R2", "6.3"),
    { obeyed: 150, ignored: 1, refused: 0 },
  ],
  ["2016", server("Windows Server 2016", "10.0"), { obeyed: 150, ignored: 1, refused: 0 }],
  ["7", client("Windows 7", "6.1"), { obeyed: 143, ignored: 1, refused: 0 }],
  ["81", client("Windows 8.1", "6.3"), { obeyed: 139, ignored: 3, refused: 0 }],
];

test.for(packer)("packer-windows %s is taken", ([name, system, counts], context) => {
  const judgement = judge(referenceData(context, `corpus/packer-windows/${name}.xml`), system);
  expect(refusals(judgement)).toEqual([]);
  expect(judgement).toMatchObject({ verdict: "accepted", counts, unplayable: [] });
});

test("every file of packer-windows is judged", (context) => {
  const names = readdirSync(referenceData(context, "corpus/packer-windows"));
  const judged = packer.map(([name]) => `${name}.xml`);
  expect(names.filter((name) => name.endsWith(".xml")).sort()).toEqual(judged.sort());
});

test.for(["OA3.0_Unattend.xml", "Non_OA3.0_Unattend.xml"])(
  "Microsoft's %s is refused because it is no XML, and for nothing else",
  (name, context) => {
    const found = refusals(judge(referenceData(context, `corpus/msdocs/${name}`), windows10));
    expect(found).toEqual([
      expect.stringMatching(/^unattend: not well-formed XML: 79:\d+: disallowed character/),
    ]);
  },
);

test.for([
  "Autounattend_x64_BIOS_sample.xml",
  "Autounattend_x64_UEFI_sample.xml",
  "Autounattend_x86_BIOS_sample.xml",
])("Microsoft's %s is sound, but asks its user for an account and for consent", (name, context) => {
  const found = refusals(judge(referenceData(context, `corpus/msdocs/${name}`), windows10));
  expect(found).toEqual([
    "oobeSystem Microsoft-Windows-Shell-Setup/OOBE/HideEULAPage: it has to be true, or Windows Welcome asks to accept the licence",
    "oobeSystem Microsoft-Windows-Shell-Setup/OOBE/ProtectYourPC: it is missing: Windows Welcome would ask",
    "oobeSystem Microsoft-Windows-Shell-Setup/UserAccounts: no account: neither LocalAccounts nor AdministratorPassword; Setup would ask",
  ]);
});

test.for(["OA3.0_UnattendSysprep.xml", "Non_OA3.0_UnattendSysprep.xml"])(
  "Microsoft's %s, of two architectures, is for Sysprep and installs nothing",
  (name, context) => {
    const judgement = judge(referenceData(context, `corpus/msdocs/${name}`), windows10);
    const reasons = refusals(judgement);
    expect(judgement.counts.ignored).toBeGreaterThan(20);
    expect(reasons.filter((reason) => !/\basks?\b/.test(reason))).toEqual([
      "oobeSystem Microsoft-Windows-Shell-Setup/TaskbarLinks/Link2: it may not be empty",
    ]);
  },
);

/** A template of osinfo's for winnt.sif as it comes out for Windows XP. */
function fillIn(template: string): string {
  const [, text = ""] = /install-script-config">([\s\S]*?)<\/xsl:template>/.exec(template) ?? [];
  return text
    .replaceAll(/<xsl:otherwise>[\s\S]*?<\/xsl:otherwise>/g, "")
    .replaceAll(/<xsl:if test="os\/version = 5.0">[\s\S]*?<\/xsl:if>/g, "")
    .replaceAll(/<xsl:value-of select="config\/reg-product-key"\/>/g, key)
    .replaceAll(/<xsl:(?:value-of|call-template)[^>]*\/>/g, "D")
    .replaceAll(/<!--.*?-->|<[^>]*>/g, "");
}

test.for(["desktop", "jeos"])("osinfo's winnt.sif for a %s is taken", (kind, context) => {
  const file = referenceData(context, `corpus/osinfo-db/windows-sif-${kind}.xml.in`);
  const { judgement } = judgeAnswerFile(
    "winnt.sif",
    Buffer.from(fillIn(readFileSync(file, "utf8"))),
    { architecture: "x86", firmware: "bios", disks: 1, system: client("Windows XP", "5.1") },
  );
  expect(refusals(judgement)).toEqual([]);
  expect(judgement.counts.obeyed).toBeGreaterThan(20);
});

test("osinfo's templates are read as what they are: no answer files", (context) => {
  const directory = referenceData(context, "corpus/osinfo-db");
  const names = readdirSync(directory);
  expect(names).toHaveLength(6);
  for (const name of names) {
    const judgement = judge(join(directory, name), windows10);
    expect(refusals(judgement)[0], name).toMatch(/the root has to be unattend/);
  }
});

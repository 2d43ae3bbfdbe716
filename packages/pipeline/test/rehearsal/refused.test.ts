import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requirePrograms, temporaryDirectory, testStore } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { answerFor, rehearse } from "../../src/index.ts";
import type { RehearsalReport, RehearsalRequest } from "../../src/index.ts";
import { isoPrograms, windowsIso } from "../support/windows-iso.ts";

/** winvm's own answer file, changed, as somebody's. */
async function rehearseChanged(
  guest: string,
  change: (text: string) => string,
  name = "Autounattend.xml",
): Promise<RehearsalReport> {
  const { text } = await answerFor({
    guest,
    ...(name === "winnt.sif" && { productKey: "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE" }),
  });
  const changed = change(text);
  expect(changed).not.toBe(text);
  const answerFile = join(temporaryDirectory(), name);
  writeFileSync(answerFile, changed);
  return rehearse({ guest, answerFile }, { store: testStore() });
}

const SHELL = "Microsoft-Windows-Shell-Setup";
const RUN = "Microsoft-Windows-Deployment/RunSynchronous/RunSynchronousCommand";
const cases: readonly (readonly [string, string, (text: string) => string, object])[] = [
  [
    "7",
    "an unknown setting",
    (text) => text.replaceAll("TimeZone>", "TimeZones>"),
    {
      pass: "specialize",
      setting: `${SHELL}/TimeZones`,
      reason: "there is no such setting",
    },
  ],
  [
    "10",
    "a setting in the wrong pass",
    (text) => text.replace("<ComputerName>", "<OOBE/><ComputerName>"),
    {
      pass: "specialize",
      setting: `${SHELL}/OOBE`,
      reason: "not allowed in the pass specialize, only in oobeSystem",
    },
  ],
  [
    "2016",
    "a command of 260 characters",
    (text) => text.replace(/<Path>[^<]*<\/Path>/, `<Path>${"x".repeat(260)}</Path>`),
    {
      pass: "specialize",
      setting: `${RUN}/Path`,
      reason: "it has 260 characters, 259 are allowed",
    },
  ],
  [
    "8.1",
    "another architecture",
    (text) =>
      text.replace(/(name="Microsoft-Windows-TCPIP" processorArchitecture=)"amd64"/, '$1"x86"'),
    {
      pass: "specialize",
      reason: 'processorArchitecture is "x86", the media are amd64',
    },
  ],
  [
    "vista",
    "text that is no XML",
    (text) => text.replace("</unattend>", ""),
    { setting: "unattend", reason: expect.stringMatching(/^not well-formed XML/) as unknown },
  ],
  [
    "11",
    "the same Order twice",
    (text) => text.replaceAll("<Order>2</Order>", "<Order>1</Order>"),
    { reason: expect.stringMatching(/^two times .* with Order 1$/) as unknown },
  ],
];

function misspelt(text: string): string {
  return text.replace(/^TimeZone/m, "TimeZome");
}

describe("what Setup would refuse is refused without a machine", { tags: ["host"] }, () => {
  test.each(cases)("%s: %s", async (guest, _, change, expected) => {
    const report = await rehearseChanged(guest, change);
    expect(report).toMatchObject({ guest, verdict: "refused", commands: [] });
    expect(report.machine).toBeUndefined();
    const refused = report.judgement.settings.filter(({ verdict }) => verdict === "refused");
    expect(refused).toContainEqual(expect.objectContaining(expected));
  });

  test("winnt.sif: a key that Setup does not know, and one that is missing", async () => {
    const report = await rehearseChanged("xp", misspelt, "winnt.sif");
    expect(report.verdict).toBe("refused");
    const reasons = report.judgement.settings.map(({ reason }) => reason ?? "").join("\n");
    expect(reasons).toContain("there is no such key");
    expect(reasons).toContain("it is missing: Setup would ask");
  });

  test("an ISO is looked at for what it holds, and not read as a whole", async (context) => {
    requirePrograms(context, isoPrograms);
    const iso = await windowsIso({ build: 19041, editions: [["Windows 10 Pro", "Professional"]] });
    const answerFile = join(temporaryDirectory(), "Autounattend.xml");
    writeFileSync(answerFile, "<unattend/>");
    const steps: string[] = [];
    const report = await rehearse(
      { iso, answerFile },
      {
        store: testStore(),
        onEvent: (event) => event.type === "stage:step" && steps.push(event.step),
      },
    );
    expect(report).toMatchObject({ guest: "10", verdict: "refused" });
    expect(steps).toEqual([]);
  });

  test("a file in the other language, and one that is not there, are errors", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "winnt.sif"), "");
    const store = join(directory, "store");
    mkdirSync(store);
    const ask = (request: Partial<RehearsalRequest>): Promise<RehearsalReport> =>
      rehearse({ guest: "7", ...request }, { store });
    const code = "PIPELINE_INVALID_REQUEST";
    await expect(ask({ answerFile: join(directory, "winnt.sif") })).rejects.toMatchObject({ code });
    await expect(ask({ answerFile: join(directory, "none.xml") })).rejects.toMatchObject({ code });
    await expect(ask({ answerFile: directory })).rejects.toMatchObject({ code });
    await expect(ask({ firmware: "uefi", guest: "xp" })).rejects.toMatchObject({ code });
    await expect(ask({ cygwin: join(directory, "none.iso") })).rejects.toMatchObject({
      code: "PIPELINE_ISO_MISSING",
    });
    await expect(ask({ cygwin: join(directory, "winnt.sif") })).rejects.toMatchObject({
      code: "PIPELINE_CYGWIN_MISSING",
    });
    expect(readdirSync(join(store, "runs"))).toEqual([]);
  });
});

import { readFileSync, readdirSync } from "node:fs";
import { answerFile, findGuest } from "@winvm/unattend";
import { referenceData } from "@winvm/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeAnswerFile } from "../../src/index.ts";
import type { AnswerJudgement, SettingVerdict } from "../../src/index.ts";
import { answerXml } from "../support/answer.ts";

const xp = { title: "Windows XP", version: "5.1", kind: "client" } as const;
const bios = { architecture: "amd64", firmware: "bios", disks: 1 } as const;

function judgeXml(text: string): AnswerJudgement {
  return judgeAnswerFile("Autounattend.xml", Buffer.from(text), bios).judgement;
}

function judgeSif(text: string): AnswerJudgement {
  return judgeAnswerFile("winnt.sif", Buffer.from(text), { ...bios, system: xp }).judgement;
}

/** Where each element without elements in it begins, read without the reader: line and name. */
function leavesOfXml(text: string): string[] {
  const clean = text
    .replaceAll(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, (whole) => whole.replaceAll(/[^\n]/g, " "))
    .replaceAll("\r\n", "\n");
  const tags = [...clean.matchAll(/<(\/?)(?:\w+:)?([\w.-]+)(?:[^<>"]|"[^"]*")*?(\/?)>/g)];
  return tags.flatMap(([tag, close, name = "", empty], at) => {
    const closesNext = tags[at + 1]?.[1] === "/";
    if (close === "/" || (empty !== "/" && !closesNext)) return [];
    const end = (tags[at]?.index ?? 0) + tag.length;
    return [`${clean.slice(0, end).split("\n").length} ${name}`];
  });
}

function place({ line, setting }: SettingVerdict): string {
  return `${line} ${setting.split("/").at(-1)}`;
}

/** The verdicts that the leaves ought to have, which come first, and those of the others that are about a leaf again. */
function judged({ settings }: AnswerJudgement, leaves: readonly string[]) {
  const [own, others] = [settings.slice(0, leaves.length), settings.slice(leaves.length)];
  return {
    leaves: own.map(place),
    again: others.map(place).filter((other) => leaves.includes(other)),
  };
}

test.for(["msdocs", "osinfo-db", "packer-windows"])(
  "each leaf of each file of %s is judged once",
  (directory, context) => {
    const path = referenceData(context, `corpus/${directory}`);
    for (const name of readdirSync(path).filter((item) => /\.xml(\.in)?$/.test(item))) {
      const text = readFileSync(`${path}/${name}`, "utf8");
      const judgement = judgeXml(text);
      const unreadable = judgement.settings[0]?.reason?.startsWith("not well-formed") === true;
      const leaves = unreadable ? [] : leavesOfXml(text);
      expect(judged(judgement, leaves), name).toEqual({ leaves, again: [] });
    }
  },
);

test("each leaf of an answer file is judged once, whatever is misspelt in it", () => {
  const names = [...new Set([...answerXml.matchAll(/<([A-Za-z]+)/g)].map(([, name = ""]) => name))];
  fc.assert(
    fc.property(fc.subarray(names, { maxLength: 4 }), (misspelt) => {
      const text = misspelt.reduce(
        (file, name) => file.replace(new RegExp(`(?<=</?)${name}\\b`, "g"), `${name}X`),
        answerXml,
      );
      const leaves = leavesOfXml(text);
      expect(judged(judgeXml(text), leaves)).toEqual({ leaves, again: [] });
    }),
  );
});

test("nothing is obeyed of a file that this Windows does not look for", () => {
  const machine = { ...bios, system: xp };
  const { judgement } = judgeAnswerFile("Autounattend.xml", Buffer.from(answerXml), machine);
  expect(judgement).toMatchObject({ verdict: "refused", counts: { obeyed: 0, ignored: 0 } });
  expect(new Set(judgement.settings.map(({ reason }) => reason))).toEqual(
    new Set(["Windows XP does not look for it"]),
  );
});

describe("winnt.sif", () => {
  const word = fc.constantFrom(
    ..."Data Unattended UserData GuiUnattended AutoPartition TargetPath FullName TimeZone Odd".split(
      " ",
    ),
  );
  const value = fc.constantFrom("1", "Yes", '"a ""b"" ; c"', "one, two", "é", "90 ; a remark", "");
  const line = fc.oneof(
    { weight: 2, arbitrary: word.map((name) => ({ text: `[${name}]`, section: name })) },
    { weight: 5, arbitrary: fc.record({ key: word, value }) },
    { weight: 1, arbitrary: fc.constantFrom({ text: "" }, { text: "; Data=1" }, { text: "odd" }) },
  );

  test("each key of any file is judged once, by its section, its name and its line", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 25 }), fc.boolean(), (lines, quoted) => {
        let section: string | undefined;
        const titles = new Map<string, string>();
        const keys: string[] = [];
        const text = lines.map((item, at) => {
          if ("section" in item) section = titles.get(item.section) ?? item.section;
          if ("text" in item) return item.text;
          if (section !== undefined) keys.push(`${at + 1} ${section}/${item.key}`);
          return `${quoted ? `"${item.key}"` : item.key} = ${item.value}`;
        });
        const { settings } = judgeSif(text.join("\r\n"));
        const told = settings.map((verdict) => `${verdict.line} ${verdict.setting}`);
        expect(told.slice(0, keys.length)).toEqual(keys);
        expect(told.slice(keys.length).filter((item) => keys.includes(item))).toEqual([]);
      }),
    );
  });

  test("a key that is refused is not counted as obeyed, and not told twice", () => {
    const { bytes } = answerFile(findGuest("xp"), {
      administratorPassword: "secret-Word1",
      productKey: "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE",
    });
    const sound = bytes.toString();
    const before = judgeSif(sound).counts;
    expect(before.refused).toBe(0);
    const wrong = sound
      .replace("OemSkipEula = Yes", "oemskipeula = No")
      .replace(/^FullName = .*$/m, 'FullName="Ren\u00e9"\r\nFullName=again');
    const { counts, settings } = judgeSif(wrong);
    const refused = settings.filter(({ verdict }) => verdict === "refused");
    expect(refused.map(({ setting }) => setting).sort()).toEqual([
      "Unattended/oemskipeula",
      "UserData/FullName",
      "UserData/FullName",
    ]);
    expect(counts).toEqual({ ...before, obeyed: before.obeyed - 2, refused: 3 });
  });

  test("keys below a section that nobody reads are refused with it, each once", () => {
    const { settings } = judgeSif("[Dota]\r\nAutoPartition=1\r\nMsDosInitiated=0\r\n");
    expect(settings.filter(({ setting }) => setting.startsWith("Dota"))).toEqual([
      expect.objectContaining({ verdict: "refused", setting: "Dota/AutoPartition", line: 2 }),
      expect.objectContaining({ verdict: "refused", setting: "Dota/MsDosInitiated", line: 3 }),
    ]);
  });
});

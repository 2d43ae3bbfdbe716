import { expect, test } from "vitest";
import { openAnswer } from "../../src/setup/answer/open.ts";
import { answerPlaces } from "../../src/setup/find-answer.ts";
import type { MediaRoot } from "../../src/setup/find-answer.ts";
import { startsSetup } from "../../src/setup/judge/starts-setup.ts";
import type { SetupSystem } from "../../src/index.ts";

const floppy = { letter: "a", removableWritable: true, names: ["AUTOUN~1.TXT"] };
const cd = { letter: "d", removableWritable: false, names: ["setup.exe"] };

test.each([
  ["nothing", [floppy, cd], undefined],
  ["a CD", [cd, { ...cd, letter: "e", names: ["Autounattend.xml"] }], "e:Autounattend.xml"],
  [
    "the first of two CDs",
    [
      { ...cd, letter: "e", names: ["autounattend.xml"] },
      { ...cd, names: ["AUTOUNATTEND.XML"] },
    ],
    "d:AUTOUNATTEND.XML",
  ],
  [
    "what can be written before what can't",
    [
      { ...cd, names: ["Autounattend.xml"] },
      { ...floppy, names: ["Autounattend.xml"] },
    ],
    "a:Autounattend.xml",
  ],
  [
    "winnt.sif on the floppy",
    [
      { ...cd, names: ["Autounattend.xml"] },
      { ...floppy, names: ["WINNT.SIF"] },
    ],
    "a:WINNT.SIF",
  ],
  ["no winnt.sif on a CD", [{ ...cd, names: ["winnt.sif"] }], undefined],
])("%s", (_, roots, expected) => {
  expect(found(roots, undefined)[0]).toBe(expected);
});

const everywhere = [
  { ...cd, letter: "e", names: ["Autounattend.xml", "I386/WINNT.SIF"] },
  { ...cd, names: ["sources/Autounattend.xml", "winnt.sif"] },
  { ...floppy, names: ["winnt.sif", "Autounattend.xml"] },
];

test.each([
  ["5.1", ["a:winnt.sif", "e:I386/WINNT.SIF"]],
  ["5.2", ["a:winnt.sif", "e:I386/WINNT.SIF"]],
  ["6.0", ["a:Autounattend.xml", "e:Autounattend.xml", "d:sources/Autounattend.xml"]],
  ["10.0", ["a:Autounattend.xml", "e:Autounattend.xml", "d:sources/Autounattend.xml"]],
])("version %s looks in its own order", (version, expected) => {
  expect(found(everywhere, { title: "a Windows", version, kind: "client" })).toEqual(expected);
});

const file = (pass: string): string =>
  `<unattend xmlns="urn:schemas-microsoft-com:unattend"><settings pass="${pass}"/></unattend>`;

test("a file counts only if it holds the pass that starts, or cannot be read", () => {
  expect(starts("Autounattend.xml", file("windowsPE"))).toBe(true);
  expect(starts("Autounattend.xml", file("oobeSystem"))).toBe(false);
  expect(starts("Autounattend.xml", "<unattend>")).toBe(true);
  expect(starts("winnt.sif", "")).toBe(true);
});

function starts(name: string, text: string): boolean {
  return startsSetup(openAnswer(name, Buffer.from(text)));
}

function found(roots: readonly MediaRoot[], system: SetupSystem | undefined): string[] {
  return answerPlaces(roots, system).map(({ letter, name }) => `${letter}:${name}`);
}

import { expect, test } from "vitest";
import { findAnswer } from "../../src/setup/find-answer.ts";

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
  const found = findAnswer(roots);
  expect(found && `${found.letter}:${found.name}`).toBe(expected);
});

// Runs in the guest: main.js ARCHITECTURE FIRMWARE DISKS PLAN-DIRECTORY LETTER=DIRECTORY…
// Finds the answer file on the media given, and writes the plan as files, or prints every refusal as a line and exits 1.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findAnswer } from "./find-answer.ts";
import { readAnswer } from "./read-answer.ts";
import { formatRefusal } from "./refusal.ts";
import { renderPlan } from "./render-plan.ts";

const [architecture = "", firmware = "", disks = "", planDirectory = "", ...media] =
  process.argv.slice(2);
const directories = new Map(media.map((item) => [item.slice(0, 1), item.slice(2)] as const));
const place = findAnswer(
  [...directories].map(([letter, directory]) => ({
    letter,
    removableWritable: letter < "c",
    names: readdirSync(directory),
  })),
);
if (place === undefined) {
  const drives = [...directories.keys()].map((letter) => `${letter.toUpperCase()}:`).join(" ");
  process.stdout.write(
    `no answer file: neither winnt.sif on A: nor Autounattend.xml on ${drives}\n`,
  );
  process.exit(1);
}
const file = join(directories.get(place.letter) ?? "", place.name);
const answer = readAnswer(place.name, readFileSync(file), {
  architecture,
  firmware: firmware === "uefi" ? "uefi" : "bios",
  disks: Number(disks),
});
if (answer.kind === "refused") {
  for (const refusal of answer.refusals) process.stdout.write(`${formatRefusal(refusal)}\n`);
  process.exit(1);
}
const files = { ...renderPlan(answer.plan), source: `${file}\n` };
for (const [path, content] of Object.entries(files)) {
  mkdirSync(dirname(join(planDirectory, path)), { recursive: true });
  writeFileSync(join(planDirectory, path), content);
}
process.stdout.write(`answer file ${place.letter.toUpperCase()}:\\${place.name}\n`);

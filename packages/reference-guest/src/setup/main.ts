// Runs in the guest: main.js ARCHITECTURE FIRMWARE DISKS PLAN-DIRECTORY LETTER=DIRECTORY…
// Finds the answer file on the media given, and writes the plan as files, or prints every refusal as a line and exits 1.
// If the host asks for it, it plays the Setup of another Windows.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { openAnswer } from "./answer/open.ts";
import { answerPlaces } from "./find-answer.ts";
import { digestOf } from "./judge/digest.ts";
import { judge } from "./judge/judge.ts";
import { startsSetup } from "./judge/starts-setup.ts";
import { conclude, examineAnswer } from "./read-answer.ts";
import { formatRefusal } from "./refusal.ts";
import { renderPlan } from "./render-plan.ts";
import { REHEARSAL_FILE, readRehearsal } from "./systems/rehearsal.ts";

const [ownArchitecture = "", firmware = "", disks = "", planDirectory = "", ...media] =
  process.argv.slice(2);
const order = existsSync(REHEARSAL_FILE)
  ? readRehearsal(readFileSync(REHEARSAL_FILE, "utf8"))
  : undefined;
const directories = new Map(media.map((item) => [item.slice(0, 1), item.slice(2)] as const));

const made = new Set<string>();

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(planDirectory, path);
    const directory = dirname(file);
    if (!made.has(directory)) mkdirSync(directory, { recursive: true });
    made.add(directory);
    writeFileSync(file, content);
  }
}

/** A line on standard output. Not by process.stdout: that loads streams, which take an emulated machine long. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

/** What is in a root, and in the two directories of it in which Setup looks, too. */
function namesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const { name } = entry;
    return /^(i386|sources)$/i.test(name) && entry.isDirectory()
      ? readdirSync(join(directory, name)).map((inner) => `${name}/${inner}`)
      : [name];
  });
}

const places = answerPlaces(
  [...directories].map(([letter, directory]) => ({
    letter,
    removableWritable: letter < "c",
    names: namesIn(directory),
  })),
  order?.system,
).map((place) => ({ ...place, file: join(directories.get(place.letter) ?? "", place.name) }));
const taken = places
  .values()
  .map((place) => ({ place, file: openAnswer(basename(place.name), readFileSync(place.file)) }))
  .find(({ file }) => startsSetup(file));
if (order !== undefined) write({ rehearsal: `${order.restarts}\n` });
if (taken === undefined) {
  const drives = [...directories.keys()].map((letter) => `${letter.toUpperCase()}:`).join(" ");
  const passedOver = places.map(({ letter, name }) => `${letter.toUpperCase()}:\\${name}`);
  say(
    passedOver.length > 0
      ? `no answer file: ${passedOver.join(", ")} has no pass windowsPE`
      : `no answer file where Setup looks for one, on ${drives}`,
  );
  process.exit(1);
}
const { place, file } = taken;
const facts = {
  architecture: order?.architecture ?? ownArchitecture,
  firmware: firmware === "uefi" ? ("uefi" as const) : ("bios" as const),
  disks: Number(disks),
  system: order?.system,
};
const examination = examineAnswer(file, facts);
if (order !== undefined) {
  const judgement = judge(file, examination.findings, facts);
  write({ judgement: `${JSON.stringify(digestOf(judgement))}\n` });
}
const answer = conclude(examination);
if (answer.kind === "refused") {
  for (const refusal of answer.refusals) say(formatRefusal(refusal));
  process.exit(1);
}
write({ ...renderPlan(answer.plan), source: `${place.file}\n` });
say(`answer file ${place.letter.toUpperCase()}:\\${place.name.replaceAll("/", "\\")}`);

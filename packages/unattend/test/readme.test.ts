import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect, test } from "vitest";
import {
  answerFile,
  createSmbPassword,
  createSshKeyPair,
  fetchCygwin,
  findGuest,
  floppyFiles,
  readSetupIniFile,
  resolveCygwin,
  setupFiles,
  setupLabel,
  writeCygwinIso,
  writeFloppy,
  writeIsoFile,
} from "../src/index.ts";
import { mirrorFiles, writeFiles } from "./cygwin/made-mirror.ts";
import { readFat } from "./support/read-fat.ts";
import { readIso } from "./support/read-iso.ts";

test("the example in the README", async () => {
  const directory = temporaryDirectory();

  const guest = findGuest("Windows 7");
  const key = createSshKeyPair("my image");
  const answer = answerFile(guest, { administratorPassword: createSmbPassword() });
  const media = {
    authorizedKey: key.publicKey,
    smb: { user: "winvm", password: createSmbPassword() },
    shares: [{ tag: "xchg", letter: "X", guestPath: "/tmp/xchg", readOnly: false }],
    answer,
  };
  await writeIsoFile(join(directory, "setup.iso"), {
    label: setupLabel,
    files: setupFiles(guest, media),
  });
  const floppy = floppyFiles(guest, media);
  if (floppy !== undefined) await writeFile(join(directory, "answer.img"), writeFloppy(floppy));

  expect(readdirSync(directory).sort()).toEqual(["answer.img", "setup.iso"]);
  const iso = readIso(readFileSync(join(directory, "setup.iso")), "joliet");
  expect(iso.label).toBe("WINVM");
  expect(iso.files["winvm/authorized_keys"]?.toString()).toBe(`${key.publicKey}\n`);
  const disk = await readFat(readFileSync(join(directory, "answer.img")));
  expect(disk).toEqual({ "Autounattend.xml": answer.bytes });
});

test("the example of Cygwin in the README", async () => {
  const directory = temporaryDirectory();
  const mirror = join(directory, "mirror");
  writeFiles(mirror, mirrorFiles());
  await writeFile(join(directory, "setup-x86_64.exe"), "MZ");

  const index = await readSetupIniFile(join(mirror, "x86_64/setup.ini"));
  const plan = resolveCygwin(index, { categories: ["Base"], packages: ["gamma"] });
  const repository = join(directory, "repository");
  const { lock } = await fetchCygwin({
    mirror,
    directory: repository,
    request: { categories: ["Base"], packages: ["gamma", "empty"] },
  });
  await writeCygwinIso(join(directory, "cygwin.iso"), {
    lock,
    directory: repository,
    setupExe: join(directory, "setup-x86_64.exe"),
  });

  expect(plan.packages.map(({ name }) => name)).toEqual(lock.packages.map(({ name }) => name));
  const iso = readIso(readFileSync(join(directory, "cygwin.iso")), "joliet");
  expect(Object.keys(iso.files)).toContain("cygwin/setup.exe");
});

test("the README names every error code", () => {
  const codes = readText("../src/errors.ts").match(/UNATTEND_[A-Z_]+/g) ?? [];
  const readme = readText("../README.md");
  expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  expect(codes.length).toBeGreaterThan(0);
});

function readText(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}

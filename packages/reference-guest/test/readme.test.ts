import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { formatRefusal, readAnswer } from "../src/index.ts";
import { answerXml } from "./support/answer.ts";

test("the README's example", () => {
  const bytes = Buffer.from(answerXml.replaceAll("TimeZone>", "Timezones>"));
  const lines: string[] = [];

  const answer = readAnswer("Autounattend.xml", bytes, {
    architecture: "amd64",
    firmware: "bios",
    disks: 1,
  });
  if (answer.kind === "refused") lines.push(...answer.refusals.map(formatRefusal));

  expect(lines).toEqual([
    "specialize Microsoft-Windows-Shell-Setup/Timezones: there is no such setting",
  ]);
});

test("every error code is in the README", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const source = await readFile(new URL("../src/errors.ts", import.meta.url), "utf8");
  for (const [, code] of source.matchAll(/"(REFERENCE_GUEST_[A-Z_]+)"/g))
    expect(readme).toContain(code);
});

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { requirePrograms } from "@winvm/test-kit";
import { expect, test } from "vitest";
import { guestDirectory, readFiles } from "../../src/iso/guest-files.ts";

const files = readFiles(guestDirectory);
const scripts = files.filter(
  ({ path, content }) =>
    /^#!\/bin\/(ba)?sh\n|^# shellcheck shell=/.test(content.toString()) || path.endsWith(".sh"),
);

test("there are scripts", () => {
  expect(scripts.length).toBeGreaterThan(15);
});

test("shellcheck has nothing to say", { tags: ["host"] }, (context) => {
  requirePrograms(context, { shellcheck: "shellcheck" });
  const paths = scripts.map(({ path }) => join(guestDirectory, path));
  // Sourced files lie at the guest's paths, not at this machine's; what they set is not known then.
  expect(
    execFileSync("shellcheck", ["--exclude=SC1091,SC2154", ...paths], { encoding: "utf8" }),
  ).toBe("");
});

test("LF only, and no blanks at the ends of lines", () => {
  for (const { path, content } of files) {
    const text = content.toString();
    expect(text.endsWith("\n"), path).toBe(true);
    expect(/\r$|[ \t]$/m.test(text), path).toBe(false);
  }
});

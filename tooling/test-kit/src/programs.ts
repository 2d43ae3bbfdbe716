import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "vitest";

/** Names of programs and the Debian package that holds each. */
export type NeededPrograms = Readonly<Record<string, string>>;

/**
 * Skips the running test, with the reason in the report, where a program is missing. In CI (`CI` is set) a missing
 * program is a failure: nothing is skipped silently.
 */
export function requirePrograms(context: TestContext, needed: NeededPrograms): void {
  const missing = Object.entries(needed).filter(([program]) => !isOnPath(program));
  if (missing.length === 0) return;
  const reason = `needs ${missing.map(([program, pkg]) => `${program} (apt install ${pkg})`).join(", ")}`;
  if (process.env["CI"]) throw new Error(reason);
  context.skip(reason);
}

function isOnPath(program: string): boolean {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return directories.some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

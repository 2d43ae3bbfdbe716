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
  const missing = Object.entries(needed).filter(
    ([program]) => findOnPath(program, "/usr/sbin", "/sbin") === undefined,
  );
  if (missing.length === 0) return;
  const reason = `needs ${missing.map(([program, pkg]) => `${program} (apt install ${pkg})`).join(", ")}`;
  if (process.env["CI"]) throw new Error(reason);
  context.skip(reason);
}

/** Where a program is, on PATH or in one of these directories. */
export function findOnPath(program: string, ...more: readonly string[]): string | undefined {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), ...more];
  return directories
    .map((directory) => join(directory, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

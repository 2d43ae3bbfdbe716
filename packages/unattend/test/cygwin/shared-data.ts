import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

/** Real files, which lie beside the repository where somebody has put them; their licences keep them out of it. */
const directory =
  process.env["WINVM_SHARED_DATA"] ??
  fileURLToPath(new URL("../../../../../shared/data", import.meta.url));

/** The indexes among them. */
export const realIndexes = {
  of2014: "cygwin-x86_64-setup-20141015.ini",
  overlay: "cygwin-overlay-vonjagdstrumel-20241226-setup.ini",
  calm: "calm-inifile-setup.ini",
  calmMade: "calm-mksetupini-setup.ini",
  calmProcessed: "calm-process_arch-setup.ini",
} as const;

/** A real file; skips the running test, with the reason, where it is not there. */
export function sharedFile(context: TestContext, name: string): Buffer {
  const path = sharedPath(name);
  if (!existsSync(path)) context.skip(`needs ${name} in ${directory}`);
  return readFileSync(path);
}

/** Where a real file would be. */
export function sharedPath(name: string): string {
  return join(directory, name);
}

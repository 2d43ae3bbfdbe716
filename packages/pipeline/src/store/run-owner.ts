import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseHolder, processIdentity, type ProcessIdentity } from "@winvm/runtime";
import { runFiles } from "./layout.ts";

/** Writes down whose a run's directory is, so that the next process sweeps it once this one has died. */
export async function writeRunOwner(
  directory: string,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const owner = await processIdentity(process.pid);
  await writeFile(join(directory, runFiles.owner), JSON.stringify({ ...owner, ...facts }), {
    mode: 0o600,
  });
}

/** Whose a run's directory is; `undefined` where that is not written yet. */
export async function readRunOwner(directory: string): Promise<ProcessIdentity | undefined> {
  return parseHolder(await readFile(join(directory, runFiles.owner), "utf8").catch(() => ""));
}

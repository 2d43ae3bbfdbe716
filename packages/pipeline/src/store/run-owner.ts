import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  parseHolder,
  processIdentity,
  writeFileAtomically,
  type ProcessIdentity,
} from "@winvm/runtime";
import { runFiles } from "./layout.ts";

/** Writes down whose a run's directory is, so that the next process sweeps it once this one has died. */
export async function writeRunOwner(
  directory: string,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const owner = await processIdentity(process.pid);
  await writeFileAtomically(
    join(directory, runFiles.owner),
    JSON.stringify({ ...owner, ...facts }),
    { mode: 0o600 },
  );
}

/** The entries that a run uses, as `kind/key`; none where that is not written yet, or not readable. */
export async function readUses(directory: string): Promise<readonly string[]> {
  const text = await readFile(join(directory, runFiles.owner), "utf8").catch(() => "{}");
  try {
    const { stateKey, uses } = JSON.parse(text) as { stateKey?: unknown; uses?: unknown };
    return [
      ...(typeof stateKey === "string" ? [`states/${stateKey}`] : []),
      ...(Array.isArray(uses) ? uses.filter((name) => typeof name === "string") : []),
    ];
  } catch {
    return [];
  }
}

/** Whose a run's directory is; `undefined` where that is not written yet. */
export async function readRunOwner(directory: string): Promise<ProcessIdentity | undefined> {
  return parseHolder(await readFile(join(directory, runFiles.owner), "utf8").catch(() => ""));
}

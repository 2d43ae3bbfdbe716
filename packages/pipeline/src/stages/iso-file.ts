import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describeError, writeFileAtomically } from "@winvm/runtime";
import type { Context } from "../context.ts";
import { PipelineError } from "../errors.ts";
import { sha256OfFile } from "../store/keys.ts";

/** An ISO that is there. */
export interface IsoFile {
  readonly path: string;
  /** Size and time of modification, which say whether it is the one whose hash is known. */
  readonly stamp: string;
}

/**
 * Looks for an ISO.
 *
 * @param option with which it was given.
 * @throws PipelineError `PIPELINE_ISO_MISSING`.
 */
export async function findIso(path: string, option: string): Promise<IsoFile> {
  const { size, mtimeMs } = await stat(path).catch((cause: unknown) => {
    throw new PipelineError({
      code: "PIPELINE_ISO_MISSING",
      asked: "install a Windows",
      happened: `the ISO ${path} can't be opened: ${describeError(cause)}`,
      hint: `check the path given with ${option}`,
      cause,
      data: { iso: path },
    });
  });
  return { path, stamp: `${size} ${mtimeMs}` };
}

/** SHA-256 of an ISO, remembered by path, size and time of modification. */
export async function hashOfIso(context: Context, { path, stamp }: IsoFile): Promise<string> {
  const file = join(context.store.layout.cache, "iso-hashes.json");
  const known = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as Record<
    string,
    string
  >;
  const identity = `${path} ${stamp}`;
  const remembered = known[identity];
  if (remembered !== undefined) return remembered;
  context.emit({ type: "stage:step", stage: "install", step: "hash the ISO" });
  const hash = await sha256OfFile(path, context.signal);
  await writeFileAtomically(file, JSON.stringify({ ...known, [identity]: hash }));
  return hash;
}

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { PipelineError } from "../errors.ts";

/** What every entry of the store says of itself. */
export interface Manifest {
  /** The version of this format. */
  readonly format: 1;
  readonly kind: "images" | "states" | "media";
  readonly key: string;
  readonly createdAt: string;
  /** Everything that the key was made from. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Size of each file in bytes, and its SHA-256 where it is read whole anyway. */
  readonly files: Readonly<
    Record<string, { readonly sizeBytes: number; readonly sha256?: string }>
  >;
  /** What else the entry's maker wants to know of it later. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * Reads an entry's manifest and checks that its files are there at their full size.
 *
 * @throws PipelineError `PIPELINE_STORE_DAMAGED` with all faults.
 */
export async function readManifest(directory: string): Promise<Manifest> {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(await readFile(join(directory, "manifest.json"), "utf8")) as Manifest;
  } catch (cause) {
    throw damaged(directory, "its manifest can't be read", cause);
  }
  if (manifest.format !== 1)
    throw damaged(directory, `its format is ${String(manifest.format)}, not 1`);
  const faults = await Promise.all(
    Object.entries(manifest.files).map(async ([name, { sizeBytes }]) => {
      const found = await stat(join(directory, name)).catch(() => undefined);
      if (found === undefined) return `${name} is missing`;
      return found.size === sizeBytes ? "" : `${name} has ${found.size} bytes, not ${sizeBytes}`;
    }),
  );
  const told = faults.filter((fault) => fault !== "");
  if (told.length > 0) throw damaged(directory, told.join("; "));
  return manifest;
}

/** An entry that is not what it was when it was made. */
export function damaged(directory: string, happened: string, cause?: unknown): PipelineError {
  return new PipelineError({
    code: "PIPELINE_STORE_DAMAGED",
    asked: `use ${directory}`,
    happened,
    hint: "remove that directory; winvm makes it anew at the next run",
    data: { directory },
    cause,
  });
}

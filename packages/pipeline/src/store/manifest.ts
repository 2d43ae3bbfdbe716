import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PipelineError } from "../errors.ts";
import type { FileDigest } from "./digest.ts";

/** What a manifest says of a file. Entries that older versions made have no digest of most files. */
export interface FileRecord extends FileDigest {
  readonly sizeBytes: number;
}

/** What is wrong with a file of an entry. */
export interface FileFault {
  readonly file: string;
  /** `is missing`, `has 5 bytes, not 7`, … */
  readonly what: string;
}

/** What every entry of the store says of itself. */
export interface Manifest {
  /** The version of this format. */
  readonly format: 1;
  readonly kind: "images" | "states" | "media";
  readonly key: string;
  readonly createdAt: string;
  /** Everything that the key was made from. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Size and digest of each file. */
  readonly files: Readonly<Record<string, FileRecord>>;
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
    throw damaged(directory, "its manifest can't be read", { cause });
  }
  if (manifest.format !== 1)
    throw damaged(directory, `its format is ${String(manifest.format)}, not 1`);
  const faults = await Promise.all(
    Object.entries(manifest.files).map(async ([file, { sizeBytes }]): Promise<FileFault[]> => {
      const found = await stat(join(directory, file)).catch((cause: NodeJS.ErrnoException) => {
        if (isAbsence(cause)) return undefined;
        throw damaged(directory, `${file} can't be looked at`, { cause, manifest });
      });
      if (found === undefined) return [{ file, what: "is missing" }];
      if (found.size === sizeBytes) return [];
      return [{ file, what: `has ${found.size} bytes, not ${sizeBytes}` }];
    }),
  );
  const told = faults.flat();
  if (told.length > 0) throw damagedFiles(directory, told, manifest);
  return manifest;
}

/**
 * The manifest of an entry; `undefined` where that is not whole, or not there.
 *
 * @throws Error where the kernel does not let it be read: it may be whole.
 */
export async function readWhole(directory: string): Promise<Manifest | undefined> {
  try {
    return await readManifest(directory);
  } catch (error) {
    const cause: unknown = error instanceof PipelineError ? error.cause : error;
    if (isErrno(cause) && !isAbsence(cause)) throw error;
    return undefined;
  }
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "errno" in error;
}

/** Whether an error of the kernel says that there is no such file. Pure. */
export function isAbsence({ code }: NodeJS.ErrnoException): boolean {
  return code === "ENOENT" || code === "ENOTDIR";
}

/** An entry of which files are not what they were when it was sealed. */
export function damagedFiles(
  directory: string,
  faults: readonly FileFault[],
  manifest: Manifest,
): PipelineError {
  const happened = faults.map(({ file, what }) => `${file} ${what}`).join("; ");
  return damaged(directory, happened, { faults, manifest });
}

/** How a state that does not fit is made anew: from its image, and a layer by its work on that. Pure. */
export function freezeAnew({ inputs }: Pick<Manifest, "inputs">): string {
  const guest = typeof inputs["guest"] === "string" ? inputs["guest"] : "GUEST";
  // Nobody but its ISO says which image a Windows has.
  const plain =
    guest === "reference"
      ? "`winvm suspend reference --rebuild`"
      : `\`winvm suspend ${guest} --rebuild\` with the --iso of its image`;
  return isLayer({ inputs })
    ? `freeze its guest anew (${plain}), then make the layer again with \`winvm layer\``
    : `freeze it anew from its image: ${plain}`;
}

function isLayer({ inputs }: Pick<Manifest, "inputs">): boolean {
  return typeof inputs["parent"] === "string";
}

/** The way out, by the kind of the entry. */
const waysOut: Readonly<Record<string, string>> = {
  states:
    "make it again: a layer with `winvm layer --rebuild`, any other state with `winvm suspend GUEST --rebuild`",
  // An image that is installed anew is another disk, and no state fits it.
  images:
    "remove that directory and run again with --rebuild: the guest is installed and frozen anew",
};

/** What is known besides of a damaged entry. */
export interface DamageDetails {
  readonly cause?: unknown;
  readonly faults?: readonly FileFault[] | undefined;
  /** Where it could be read. */
  readonly manifest?: Manifest | undefined;
}

/** An entry that is not what it was when it was made. */
export function damaged(
  directory: string,
  happened: string,
  { cause, faults = [], manifest }: DamageDetails = {},
): PipelineError {
  return new PipelineError({
    code: "PIPELINE_STORE_DAMAGED",
    asked: `use ${directory}`,
    happened,
    hint: wayOut(directory, manifest),
    data: { directory, faults },
    cause,
  });
}

function wayOut(directory: string, manifest: Manifest | undefined): string {
  if (manifest?.kind === "states")
    return isLayer(manifest)
      ? "make the layer again with `winvm layer --rebuild`"
      : freezeAnew(manifest);
  return (
    waysOut[basename(dirname(directory))] ??
    "remove that directory; winvm makes it anew at the next run"
  );
}

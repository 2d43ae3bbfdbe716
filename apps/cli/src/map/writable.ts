import { constants } from "node:fs";
import { access, appendFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describeError, findPlace, writeFileAtomically } from "@winvm/runtime";
import { CliError } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { requireDescriptor, writeDescriptor } from "./descriptor.ts";

/** @throws CliError `CLI_OUTPUT_FAILED`. Changes nothing: whether a list is run at all is not known yet. */
export async function requireWritable(
  what: string,
  path: string,
  require: (path: string) => Promise<void>,
): Promise<void> {
  try {
    await require(path);
  } catch (cause) {
    throw new CliError({
      code: "CLI_OUTPUT_FAILED",
      asked: `write ${what} ${path}`,
      happened: describeError(cause),
      hint: "nothing was started; name a file that can be written",
      cause,
    });
  }
}

/** As {@link beginFile} will need it: one that is there has to be writable, a new one needs a place. */
export async function requireFile(path: string): Promise<void> {
  const there = await isThere(path);
  const file = await replacedFile(path);
  if (typeof file === "number") await requireDescriptor(file);
  else if (there) await access(path, constants.W_OK);
  else await access(dirname(path), constants.W_OK | constants.X_OK);
}

/** As {@link replaceFile} will need it. */
export async function requirePlace(path: string): Promise<void> {
  await isThere(path);
  const file = await replacedFile(path);
  if (typeof file === "number") await requireDescriptor(file);
  else if (file === undefined) await access(path, constants.W_OK);
  else await access(dirname(file), constants.W_OK | constants.X_OK);
}

/**
 * Writes a file so that nobody sees half of it, there where links lead to. A pipe or a device gets the text as it is, a descriptor of
 * ours (`/dev/stdout`) behind what was written to it, a file that another process has open behind what it holds.
 */
export async function replaceFile(
  path: string,
  text: string,
  outputs: Pick<Session, "stdout" | "stderr">,
): Promise<void> {
  const file = await replacedFile(path);
  if (typeof file === "number") await writeDescriptor(file, text, outputs);
  else if (file === undefined) await writeFile(path, text, { flag: "a" });
  else await writeFileAtomically(file, text);
}

/** Writes a file anew and gives what appends to it. A descriptor of ours gets all of it as {@link replaceFile} has it. */
export async function beginFile(
  path: string,
  text: string,
  outputs: Pick<Session, "stdout" | "stderr">,
): Promise<(more: string) => Promise<void>> {
  const file = await replacedFile(path);
  if (typeof file !== "number") {
    await writeFile(path, text);
    return (more) => appendFile(path, more);
  }
  await writeDescriptor(file, text, outputs);
  return (more) => writeDescriptor(file, more, outputs);
}

/** @throws CliError `CLI_OUTPUT_FAILED` where the write fails, though it looked as if it could be done. */
export async function written<Result>(
  what: string,
  path: string,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (cause) {
    throw new CliError({
      code: "CLI_OUTPUT_FAILED",
      asked: `write ${what} ${path}`,
      happened: describeError(cause),
      hint: "free some space, or name another file",
      cause,
    });
  }
}

/** The file that can be replaced; the number of a descriptor of this process; `undefined` for what else is there. */
async function replacedFile(path: string): Promise<string | number | undefined> {
  const place = await findPlace(path);
  if (place.kind === "open") return place.descriptor;
  return place.kind === "file" ? place.path : undefined;
}

/** @throws Error where it is a directory. */
async function isThere(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found?.isDirectory() === true) throw new Error("it is a directory");
  return found !== undefined;
}

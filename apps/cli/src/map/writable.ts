import { constants } from "node:fs";
import { access, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describeError, writeFileAtomically } from "@winvm/runtime";
import { CliError } from "../errors.ts";

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

/** One that is there has to be writable, a new one needs a place. */
export async function requireFile(path: string): Promise<void> {
  if (await isThere(path)) await access(path, constants.W_OK);
  else await access(dirname(path), constants.W_OK | constants.X_OK);
}

/** A file that is there will be replaced; what is none, a pipe or a device, is written to. */
export async function requirePlace(path: string): Promise<void> {
  if ((await isThere(path)) && !(await isReplaced(path))) await access(path, constants.W_OK);
  else await access(dirname(path), constants.W_OK | constants.X_OK);
}

/** Writes a file so that nobody sees half of it; a pipe or a device gets it as it is. */
export async function replaceFile(path: string, text: string): Promise<void> {
  if (await isReplaced(path)) await writeFileAtomically(path, text);
  else await writeFile(path, text);
}

/** @throws CliError `CLI_OUTPUT_FAILED` where the write fails, though it looked as if it could be done. */
export async function written(
  what: string,
  path: string,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
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

async function isReplaced(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => true,
  );
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

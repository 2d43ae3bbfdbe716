import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { describeError } from "@winvm/runtime";
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

/** Whatever is there will be replaced. */
export async function requirePlace(path: string): Promise<void> {
  await isThere(path);
  await access(dirname(path), constants.W_OK | constants.X_OK);
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

import { resolve } from "node:path";
import { XchgError } from "../errors.ts";
import type { ShareRequest } from "./plan.ts";

/**
 * Reads `NAME=DIR`, `NAME=DIR:ro` or `NAME=DIR:rw`; a relative directory is taken from `cwd`. A directory whose name
 * ends in `:ro` itself is written with another `:rw` or `:ro` behind it.
 *
 * @throws XchgError `XCHG_SHARES_INVALID`.
 */
export function parseShare(text: string, cwd: string): ShareRequest {
  const match = /^([^=]+)=(.+?)(?::(ro|rw))?$/s.exec(text);
  const [, name, directory, mode] = match ?? [];
  if (name === undefined || directory === undefined) {
    throw new XchgError({
      code: "XCHG_SHARES_INVALID",
      asked: `share '${text}'`,
      happened: "it is not of the form NAME=DIR or NAME=DIR:ro",
      hint: "for example --share nixstore=/nix/store:ro",
      data: { value: text },
    });
  }
  return { name, directory: resolve(cwd, directory), readOnly: mode === "ro" };
}

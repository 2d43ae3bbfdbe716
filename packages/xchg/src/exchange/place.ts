import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { exchangeFiles } from "../protocol/files.ts";

/** An account by number. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Where an exchange directory is and whom the guest is there. */
export interface ExchangePlace {
  readonly directory: string;
  /** Who owns what is staged; `undefined` where that is the caller anyway. */
  readonly owner: Owner | undefined;
  /** Gives a directory to the guest. */
  open(directory: string): Promise<void>;
}

/**
 * Makes an exchange directory (0700) with nothing in it. The guest acts in it with the caller's account: never root's,
 * so a caller who is root gives it to `owner`.
 */
export async function makePlace(
  directory: string,
  owner: Owner | undefined,
): Promise<ExchangePlace> {
  const open = async (path: string): Promise<void> => {
    if (owner) await chown(path, owner.uid, owner.gid);
  };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { inputs, outputs, status, log } = exchangeFiles;
  await Promise.all(
    [inputs, outputs, status, log].map(async (name) => {
      await mkdir(join(directory, name), { recursive: true, mode: 0o700 });
      await open(join(directory, name));
    }),
  );
  await open(directory);
  return { directory, owner, open };
}

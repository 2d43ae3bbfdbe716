import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

/** The directory with the files of the guest; the same way from src/iso and from dist/iso. */
export const guestDirectory: string = fileURLToPath(new URL("../../guest/", import.meta.url));

/** The sources of Setup's reader, which run in the guest as JavaScript. They are published beside the built files. */
export const setupSources: string = fileURLToPath(new URL("../../src/setup/", import.meta.url));

/** A file with its path below a directory. */
export interface SourceFile {
  readonly path: string;
  readonly content: Buffer;
}

/** All files below a directory, sorted by path. */
export async function readFiles(directory: string): Promise<SourceFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, "/").length))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({ path, content: await readFile(join(directory, path)) })),
  );
}

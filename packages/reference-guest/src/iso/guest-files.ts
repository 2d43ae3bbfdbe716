import { readdirSync, readFileSync } from "node:fs";
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

/**
 * All files below a directory, sorted by path. Read at once: each run names the ISO by them, and for a hundred small files
 * promises take several times as long as what they wait for.
 */
export function readFiles(directory: string): SourceFile[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(directory, "/").length))
    .sort();
  return paths.map((path) => ({ path, content: readFileSync(join(directory, path)) }));
}

import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { keyOf, sha256OfFile } from "../store/keys.ts";

/**
 * The hash of a directory's content: names, bytes, which files are programs, where links lead. Not times and owners, which
 * a checkout changes.
 */
export async function hashTree(directory: string, signal?: AbortSignal): Promise<string> {
  const entries: [path: string, what: string][] = [];
  const visit = async (path: string): Promise<void> => {
    for (const { name } of await readdir(join(directory, path), { withFileTypes: true })) {
      signal?.throwIfAborted();
      const inner = join(path, name);
      const file = join(directory, inner);
      const found = await lstat(file).catch(() => undefined);
      if (found === undefined) {
        // Removed meanwhile, or a name that no text can hold; staging tells which.
        entries.push([inner, "unknown"]);
      } else if (found.isDirectory()) {
        entries.push([inner, "directory"]);
        await visit(inner);
      } else if (found.isSymbolicLink()) {
        entries.push([inner, `link ${await readlink(file)}`]);
      } else if (found.isFile()) {
        const program = (found.mode & 0o111) === 0 ? "file" : "program";
        entries.push([inner, `${program} ${await sha256OfFile(file, signal)}`]);
      } else {
        // Staging refuses it, with its path.
        entries.push([inner, "other"]);
      }
    }
  };
  await visit("");
  return keyOf(Object.fromEntries(entries));
}

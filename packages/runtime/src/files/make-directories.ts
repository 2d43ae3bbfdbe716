import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a directory with those above it, one by one. Node's own recursive way tries for ever where the kernel answers as
 * if a directory that is there were missing, as below /proc.
 *
 * @returns the uppermost that was made; undefined when all were there.
 * @throws the system's error, `EEXIST` where something else has the name
 */
export async function makeDirectories(
  path: string,
  options: { readonly mode?: number } = {},
): Promise<string | undefined> {
  const parent = dirname(path);
  const [made, missing] = await makeOne(path, options);
  if (missing === undefined) return made;
  if (parent === path) throw missing;
  const first = await makeDirectories(parent, options);
  const [second, stillMissing] = await makeOne(path, options);
  if (stillMissing !== undefined) throw stillMissing;
  return first ?? second;
}

/** What was made, if anything had to be; or the error of a directory above that is missing. */
async function makeOne(
  path: string,
  options: { readonly mode?: number },
): Promise<readonly [made: string | undefined, missing?: Error]> {
  try {
    await mkdir(path, options);
    return [path];
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return [undefined, error];
    // A file system that may not be written to says so before it looks.
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory()) return [undefined];
    throw error;
  }
}

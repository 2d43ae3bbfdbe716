import type { Fault } from "@winvm/runtime";
import { buildTree, fold } from "../../media/tree.ts";
import { fetchLock } from "./directories.ts";
import { partOf } from "./download.ts";

/** Where a repository has the mirror's own index. */
export const upstreamDirectory = "upstream";

/**
 * What is wrong with the paths of a repository's archives: they lead out of it, Windows cannot open them, two are one
 * for Windows, or they are in the place of something that the repository or its ISO has itself.
 *
 * @param index the path of the repository's own index.
 */
export function archivePathFaults(paths: readonly string[], index: string): Fault[] {
  const own = [index, "setup.exe", "cygwin.lock.json", fetchLock, upstreamDirectory];
  const taken = new Set(own.map(fold));
  const faults: Fault[] = [];
  // Without a prototype: `__proto__` is a path like any other.
  const tree = Object.create(null) as Record<string, null>;
  for (const path of own) tree[path] = null;
  const places = new Map<string, string>();
  for (const path of paths) {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      places.set(fold(path.slice(0, end)), path);
    }
    const [top = ""] = path.split("/");
    if (taken.has(fold(path)) || taken.has(fold(top))) {
      faults.push({ path, expected: `an archive's path, none of ${own.join(", ")}`, value: path });
    } else tree[path] = null;
  }
  for (const path of paths) {
    const value = places.get(fold(partOf(path)));
    if (value === undefined) continue;
    const expected = `nothing in the place of ${partOf(path)}, its name while it arrives`;
    faults.push({ path, expected, value });
  }
  return [...faults, ...buildTree(tree, { maxLength: 255, forbidden: ";", maxDepth: 7 }).faults];
}

import { lstat, readFile, readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { DebianImageError } from "../errors.ts";
import { isElf, readElfNeeds } from "./elf.ts";

/** Where Debian keeps libraries, in the dynamic linker's order. */
const DEFAULT_PATHS = [
  "usr/lib/x86_64-linux-gnu",
  "lib/x86_64-linux-gnu",
  "usr/lib/aarch64-linux-gnu",
  "usr/lib64",
  "lib64",
  "usr/lib",
  "lib",
];

/**
 * All files that `programs` need to run: themselves, the libraries they name (DT_NEEDED, through RUNPATH with
 * `$ORIGIN`), those libraries' own, and the links on the way to each. Paths are relative to `root`, sorted, a link and
 * its target each by itself. A script counts as itself; libraries loaded by dlopen must be named by the caller.
 *
 * @throws {DebianImageError} `DEBIAN_IMAGE_LIBRARY_MISSING` with every library not found and who wants it.
 */
export async function libraryClosure(
  root: string,
  programs: readonly string[],
  options: {
    /** Directories that are searched before Debian's own. */
    readonly extraPaths?: readonly string[] | undefined;
    /** Libraries that the caller provides by other means; they are passed over. */
    readonly provided?: ((library: string) => boolean) | undefined;
  } = {},
): Promise<string[]> {
  const realRoot = await realpath(root);
  const found = new Set<string>();
  const missing: { library: string; wantedBy: string }[] = [];
  const queue = [...programs];
  for (let wanted = queue.shift(); wanted !== undefined; wanted = queue.shift()) {
    const place = await lookUp(realRoot, wanted);
    if (place === undefined) {
      missing.push({ library: wanted, wantedBy: "the list of programs" });
      continue;
    }
    if (found.has(place.path)) continue;
    found.add(place.path);
    if (place.target !== undefined) {
      queue.push(place.target);
      continue;
    }
    const bytes = await readFile(join(realRoot, place.path));
    if (!isElf(bytes)) continue;
    const { needed, searchPath, interpreter } = readElfNeeds(bytes);
    if (interpreter !== undefined) queue.push(interpreter.replace(/^\//, ""));
    const own = searchPath.map((item) =>
      item.replace(/^\$\{?ORIGIN\}?/, dirname(`/${place.path}`)).replace(/^\//, ""),
    );
    const paths = [...own, ...(options.extraPaths ?? []), ...DEFAULT_PATHS];
    for (const library of needed.filter((name) => !options.provided?.(name))) {
      const at = await findLibrary(realRoot, paths, library);
      if (at === undefined) missing.push({ library, wantedBy: place.path });
      else queue.push(at);
    }
  }
  if (missing.length > 0) {
    throw new DebianImageError({
      code: "DEBIAN_IMAGE_LIBRARY_MISSING",
      asked: "collect the libraries of the programs",
      happened: missing
        .map(({ library, wantedBy }) => `${library} (wanted by ${wantedBy})`)
        .join(", "),
      hint: "add the package that holds it to the list of packages",
      data: { missing },
    });
  }
  return [...found].sort();
}

async function findLibrary(
  root: string,
  paths: readonly string[],
  library: string,
): Promise<string | undefined> {
  for (const path of paths) {
    const place = await lookUp(root, join(path, library));
    if (place !== undefined) return place.path;
  }
  return undefined;
}

/**
 * A path with its directory by the real name (so that /lib and /usr/lib don't give one library twice), and where it
 * leads when it is a link. Undefined when nothing is there.
 */
async function lookUp(
  root: string,
  wanted: string,
): Promise<{ path: string; target?: string } | undefined> {
  try {
    const directory = await realpath(join(root, dirname(wanted)));
    const full = join(directory, basename(wanted));
    const path = relative(root, full);
    if (path.startsWith("..") || !(await lstat(full)).isSymbolicLink())
      return path.startsWith("..") ? undefined : { path };
    const link = await readlink(full);
    const target = link.startsWith("/") ? link.slice(1) : relative(root, join(directory, link));
    return target.startsWith("..") ? undefined : { path, target };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

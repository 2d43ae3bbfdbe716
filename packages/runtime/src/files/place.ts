import { lstat, readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** Where a path leads. */
export type Place =
  /** A regular file, or the free place for one, in a directory: it can be replaced by renaming. */
  | { readonly kind: "file"; readonly path: string }
  /** A descriptor of this process (`/dev/stdout`), or what another has open: what its link shows may have no name. */
  | { readonly kind: "open"; readonly path: string; readonly descriptor: number | undefined }
  /** A pipe, a device, a directory. */
  | { readonly kind: "other"; readonly path: string };

/** As many links as Linux follows (path_resolution(7)). */
const mostLinks = 40;

/**
 * Follows the links that a path's last part is, also one that leads nowhere yet.
 *
 * @throws the system's error
 */
export async function findPlace(path: string): Promise<Place> {
  let place = path;
  for (let links = 0; links <= mostLinks; links += 1) {
    place = join(await realpath(dirname(place)), basename(place));
    if (place.startsWith("/proc/"))
      return { kind: "open", path: place, descriptor: descriptorOf(place) };
    const found = await lstat(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (found === undefined || found.isFile()) return { kind: "file", path: place };
    if (!found.isSymbolicLink()) break;
    place = resolve(dirname(place), await readlink(place));
  }
  return { kind: "other", path: place };
}

/** The number of a descriptor of this process that a path below `/proc` without links before its last part stands for. */
function descriptorOf(path: string): number | undefined {
  const [, pid, descriptor] = /^\/proc\/(\d+)\/(?:task\/\d+\/)?fd\/(\d+)$/.exec(path) ?? [];
  return Number(pid) === process.pid ? Number(descriptor) : undefined;
}

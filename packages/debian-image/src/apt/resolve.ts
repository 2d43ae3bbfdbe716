import { resolve } from "node:path";
import type { WaitOptions } from "@winvm/runtime";
import { DebianImageError } from "../errors.ts";
import { checkPackageNames } from "./names.ts";
import type { DebianPackage, PackageCacheOptions } from "./package.ts";
import { cacheLayout, runApt } from "./run.ts";
import { parsePrintUris } from "./uris.ts";

/**
 * The closure of `names` under Debian's `Depends`, as apt would install it on a machine that has nothing: exact
 * versions and hashes from the host's signed package lists, in apt's order (dependencies first). Starts no download
 * and needs no root.
 *
 * @throws {DebianImageError} `DEBIAN_IMAGE_APT_MISSING`, `…_NO_LISTS` (run `apt-get update`), `…_NO_PACKAGE`,
 * `…_RESOLVE_FAILED`, `…_INVALID` (a name that is none), `…_DISK_FULL`.
 */
export async function resolvePackages(
  names: readonly string[],
  options: PackageCacheOptions & WaitOptions,
): Promise<DebianPackage[]> {
  checkPackageNames(names);
  const cacheDirectory = resolve(options.cacheDirectory);
  const asked = `resolve the Debian packages ${names.join(", ")}`;
  const fallback = "DEBIAN_IMAGE_RESOLVE_FAILED";
  const call = { ...options, cacheDirectory, asked, fallback } as const;
  let output: string;
  try {
    output = await runApt({ ...call, args: ["--print-uris", "install", "--", ...names] });
  } catch (cause) {
    if (!(cause instanceof DebianImageError) || cause.code !== "DEBIAN_IMAGE_NO_PACKAGE")
      throw cause;
    const lists = await runApt({
      ...call,
      args: ["indextargets", "--format", "$(FILENAME)", "Created-By: Packages"],
    });
    if (lists.trim() !== "") throw cause;
    throw new DebianImageError({
      code: "DEBIAN_IMAGE_NO_LISTS",
      asked,
      happened: "apt has no package lists",
      hint: "run apt-get update (as root) once",
      cause,
    });
  }
  const { packages, rest } = parsePrintUris(output, cacheLayout(cacheDirectory).debs);
  if (rest.length > 0 || packages.length === 0) {
    throw new DebianImageError({
      code: "DEBIAN_IMAGE_RESOLVE_FAILED",
      asked,
      happened: rest[0] === undefined ? "apt named no package" : `apt said: ${rest[0]}`,
      data: { lines: rest },
    });
  }
  return packages;
}

import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { runProgram } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { fileFailure } from "../apt/run.ts";
import type { DebianPackage } from "../apt/package.ts";
import { DebianImageError } from "../errors.ts";

/** Options of {@link extractPackages}. */
export interface ExtractOptions extends WaitOptions {
  /**
   * Only these paths: shell patterns from the root without a leading slash (`usr/sbin/sshd`, `usr/lib/*`), in which
   * `*` matches `/` too; a directory brings what is below it. Default: everything.
   */
  readonly include?: readonly string[] | undefined;
  /** Not these, same form; wins over `include`. */
  readonly exclude?: readonly string[] | undefined;
  /**
   * Makes `bin`, `sbin`, `lib`, `lib32`, `lib64` and `libx32` links into `usr` first, as every Debian system since 12
   * has them. Default true.
   */
  readonly mergedUsr?: boolean | undefined;
  /** Called before each package with how many are done. */
  readonly onProgress?:
    | ((progress: { readonly done: number; readonly total: number; readonly name: string }) => void)
    | undefined;
}

const MERGED = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] as const;

/**
 * Unpacks .debs into a directory, in the order given. No maintainer script runs, owners are not set (everything
 * belongs to the caller; archives made from the tree say 0:0), modes and links are as packed.
 *
 * @throws {DebianImageError} `DEBIAN_IMAGE_EXTRACT_FAILED`, `DEBIAN_IMAGE_DISK_FULL`.
 */
export async function extractPackages(
  packages: readonly DebianPackage[],
  directory: string,
  options: ExtractOptions = {},
): Promise<void> {
  const root = resolve(directory);
  const asked = `unpack ${packages.length} Debian packages`;
  try {
    await mkdir(root, { recursive: true });
    if (options.mergedUsr !== false) await mergeUsr(root);
  } catch (cause) {
    throw fileFailure(asked, cause, "DEBIAN_IMAGE_EXTRACT_FAILED");
  }
  for (const [done, item] of packages.entries()) {
    options.onProgress?.({ done, total: packages.length, name: item.name });
    await unpack(item.file, root, tarArguments(options), asked, options);
  }
}

/** Pure: GNU tar's arguments for what to take from a .deb's tree, whose members start with `./`. */
export function tarArguments(options: Pick<ExtractOptions, "include" | "exclude">): string[] {
  const match = ["--wildcards", "--wildcards-match-slash", "--anchored"];
  const excludes = (options.exclude ?? []).map((pattern) => `--exclude=./${pattern}`);
  const includes = (options.include ?? []).map((pattern) => `./${pattern}`);
  return [...match, ...excludes, ...(includes.length > 0 ? ["--", ...includes] : [])];
}

async function mergeUsr(root: string): Promise<void> {
  for (const name of MERGED) {
    await mkdir(join(root, "usr", name), { recursive: true });
    await symlink(`usr/${name}`, join(root, name)).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
  }
}

// The pattern of a package that lacks the path is no fault: one set of patterns serves all packages.
const UNPACK = `set -o pipefail
dpkg-deb --fsys-tarfile "$1" | {
  status=0
  messages=$(tar --extract --file=- --directory="$2" --no-same-owner --preserve-permissions \\
    --keep-directory-symlink "\${@:3}" 2>&1 >/dev/null) || status=$?
  if [ "$status" -ne 0 ]; then
    rest=$(grep --invert-match --extended-regexp ': Not found in archive$|: Exiting with failure status' \\
      <<<"$messages") && { echo "$rest" >&2; exit "$status"; }
  fi
  exit 0
}`;

async function unpack(
  file: string,
  root: string,
  tar: readonly string[],
  asked: string,
  wait: WaitOptions,
): Promise<void> {
  try {
    await runProgram("bash", ["-c", UNPACK, "unpack", file, root, ...tar], {
      asked,
      env: { LC_ALL: "C" },
      ...(wait.signal && { signal: wait.signal }),
      ...(wait.timeoutMs !== undefined && { timeoutMs: wait.timeoutMs }),
    });
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "RUNTIME_PROGRAM_FAILED"))
      throw cause;
    const full = /No space left on device|Disk quota exceeded/.test(cause.message);
    throw new DebianImageError({
      code: full ? "DEBIAN_IMAGE_DISK_FULL" : "DEBIAN_IMAGE_EXTRACT_FAILED",
      asked,
      happened: `${file}: ${"happened" in cause ? String(cause.happened) : cause.message}`,
      ...(full && { hint: "free some space where the image is made" }),
      cause,
      data: { file },
    });
  }
}

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { WaitOptions } from "@winvm/runtime";
import { DebianImageError } from "../errors.ts";
import type { DebianPackage, PackageCacheOptions } from "./package.ts";
import { parseStatusLines } from "./progress.ts";
import { cacheLayout, fileFailure, runApt } from "./run.ts";

/** How far a download is. */
export interface FetchProgress {
  /** 0–1 of the bytes that were missing at the start. */
  readonly fraction: number;
  /** What apt is fetching now, in its words. */
  readonly text: string;
  /** All bytes that this fetch has to get. */
  readonly totalBytes: number;
}

/** Options of {@link fetchPackages}. */
export interface FetchOptions extends PackageCacheOptions, WaitOptions {
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  /** Directory with .debs that may be copied instead of downloaded; default apt's own, `/var/cache/apt/archives`. */
  readonly archives?: string | undefined;
}

/**
 * Downloads what the cache lacks, by apt, and checks every file's SHA-256 (also of files that lay in the cache). Two
 * processes may fetch into one cache at the same time: each works in a directory of its own and renames.
 *
 * @throws {DebianImageError} `DEBIAN_IMAGE_FETCH_FAILED`, `…_HASH_MISMATCH`, `…_DISK_FULL`, `…_APT_MISSING`.
 */
export async function fetchPackages(
  packages: readonly DebianPackage[],
  options: FetchOptions,
): Promise<void> {
  const cacheDirectory = resolve(options.cacheDirectory);
  const { debs } = cacheLayout(cacheDirectory);
  const asked = `download ${packages.length} Debian packages`;
  const archives = options.archives ?? "/var/cache/apt/archives";
  let work: string | undefined;
  try {
    await mkdir(debs, { recursive: true });
    work = await mkdtemp(join(cacheDirectory, "fetch-"));
    const missing: DebianPackage[] = [];
    for (const item of packages) {
      options.signal?.throwIfAborted();
      if (await isGood(item, item.file)) continue;
      if (!(await adopt(item, join(archives, basename(item.file)), work))) missing.push(item);
    }
    if (missing.length > 0) await download(missing, { ...options, cacheDirectory }, work, asked);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && /^E[A-Z]+$/.test(String(cause.code)))
      throw fileFailure(asked, cause);
    throw cause;
  } finally {
    if (work !== undefined) await rm(work, { recursive: true, force: true });
  }
}

async function download(
  missing: readonly DebianPackage[],
  options: FetchOptions,
  work: string,
  asked: string,
): Promise<void> {
  const totalBytes = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const read = parseStatusLines((status) => options.onProgress?.({ ...status, totalBytes }));
  await runApt({
    ...options,
    asked,
    cwd: work,
    // Exact versions: what was resolved is what comes, whatever the lists say by now.
    args: [
      "-o",
      "APT::Status-Fd=2",
      "download",
      "--",
      ...missing.map(({ name, version, architecture }) =>
        architecture === "all" ? `${name}=${version}` : `${name}:${architecture}=${version}`,
      ),
    ],
    fallback: "DEBIAN_IMAGE_FETCH_FAILED",
    onStderr: read,
  });
  for (const item of missing) {
    const file = join(work, basename(item.file));
    if (!(await isGood(item, file))) {
      throw new DebianImageError({
        code: "DEBIAN_IMAGE_HASH_MISMATCH",
        asked,
        happened: `${basename(item.file)} is not the file with SHA-256 ${item.sha256}`,
        hint: "run apt-get update and try again",
        data: { package: item.name, version: item.version },
      });
    }
    await rename(file, item.file);
  }
}

/** Takes a .deb that lies elsewhere on this machine, if it is the right one. */
async function adopt(item: DebianPackage, source: string, work: string): Promise<boolean> {
  if (!(await isGood(item, source))) return false;
  const copy = join(work, basename(item.file));
  await copyFile(source, copy);
  if (!(await isGood(item, copy))) return false;
  await mkdir(dirname(item.file), { recursive: true });
  await rename(copy, item.file);
  return true;
}

async function isGood(item: DebianPackage, file: string): Promise<boolean> {
  try {
    if ((await stat(file)).size !== item.sizeBytes) return false;
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
    return hash.digest("hex") === item.sha256;
  } catch (error) {
    if (
      error instanceof Error &&
      "code" in error &&
      (error.code === "ENOENT" || error.code === "EACCES")
    )
      return false;
    throw error;
  }
}

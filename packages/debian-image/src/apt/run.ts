import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findProgram, runProgram } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { DebianImageError } from "../errors.ts";
import { aptFailure } from "./failure.ts";
import type { PackageCacheOptions } from "./package.ts";

/** Where things lie in a cache directory. */
export function cacheLayout(cacheDirectory: string): {
  readonly apt: string;
  readonly status: string;
  readonly none: string;
  readonly debs: string;
} {
  const apt = join(cacheDirectory, "apt");
  return {
    apt,
    status: join(apt, "status"),
    none: join(apt, "none"),
    debs: join(cacheDirectory, "debs"),
  };
}

/**
 * Pure: the options that make apt forget this machine. Nothing counts as installed (an empty dpkg status), nothing is
 * recommended in, no lock of the system is taken, and the binary index is ours, so any user can do it. The package
 * lists, sources and keys stay the host's: apt's signatures are what makes the hashes trustworthy.
 */
export function aptArguments(cacheDirectory: string, architecture: string): string[] {
  const { apt, status, none } = cacheLayout(cacheDirectory);
  const settings: Record<string, string> = {
    "APT::Architecture": architecture,
    "APT::Install-Recommends": "0",
    "APT::Install-Suggests": "0",
    "APT::Sandbox::User": "",
    "Acquire::ForceHash": "SHA256",
    "Acquire::Retries": "3",
    "Debug::NoLocking": "1",
    "Dir::State::status": status,
    "Dir::State::extended_states": join(apt, "extended_states"),
    // An archive directory that stays empty: --print-uris leaves out what lies there already.
    "Dir::Cache::archives": none,
    "Dir::Cache::pkgcache": join(apt, "pkgcache.bin"),
    "Dir::Cache::srcpkgcache": join(apt, "srcpkgcache.bin"),
    "Dir::Log": apt,
  };
  return ["-qq", ...Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`])];
}

/** How to call apt: what is asked (for errors), its arguments after ours, and where its files go. */
export interface AptCall extends WaitOptions, PackageCacheOptions {
  readonly asked: string;
  readonly args: readonly string[];
  readonly fallback: "DEBIAN_IMAGE_RESOLVE_FAILED" | "DEBIAN_IMAGE_FETCH_FAILED";
  readonly cwd?: string | undefined;
  readonly onStderr?: ((chunk: string) => void) | undefined;
}

/** Runs apt-get with an empty dpkg status. Throws {@link DebianImageError}. */
export async function runApt(call: AptCall): Promise<string> {
  const { cacheDirectory, architecture = "amd64", asked, args, fallback } = call;
  const apt = await findProgram("apt-get");
  if (apt === undefined) {
    throw new DebianImageError({
      code: "DEBIAN_IMAGE_APT_MISSING",
      asked,
      happened: "there is no apt-get on this machine",
      hint: "the images are made from Debian's packages: use a Debian-like system, or take a ready-made image from one",
    });
  }
  const layout = cacheLayout(cacheDirectory);
  try {
    await mkdir(join(layout.none, "partial"), { recursive: true });
    // Untouched where it exists: apt keeps its binary index for as long as this file is as old as it was.
    await writeFile(layout.status, "", { flag: "a" });
  } catch (cause) {
    throw fileFailure(asked, cause);
  }
  let stderr = "";
  try {
    const { stdout } = await runProgram(
      apt,
      [...aptArguments(cacheDirectory, architecture), ...args],
      {
        asked,
        ...(call.signal && { signal: call.signal }),
        ...(call.timeoutMs !== undefined && { timeoutMs: call.timeoutMs }),
        ...(call.cwd !== undefined && { cwd: call.cwd }),
        env: { LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
        onStderr: (chunk) => {
          stderr += chunk;
          call.onStderr?.(chunk);
        },
      },
    );
    return stdout;
  } catch (cause) {
    if (isProgramFailure(cause)) throw aptFailure(asked, stderr, fallback, cause);
    throw cause;
  }
}

function isProgramFailure(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "RUNTIME_PROGRAM_FAILED";
}

/** An error of the file system as one of ours: a full disk has its own code. */
export function fileFailure(
  asked: string,
  cause: unknown,
  code: "DEBIAN_IMAGE_FETCH_FAILED" | "DEBIAN_IMAGE_EXTRACT_FAILED" = "DEBIAN_IMAGE_FETCH_FAILED",
): DebianImageError {
  if (cause instanceof DebianImageError) return cause;
  const full =
    cause instanceof Error &&
    "code" in cause &&
    (cause.code === "ENOSPC" || cause.code === "EDQUOT");
  const happened = cause instanceof Error ? cause.message : String(cause);
  return full
    ? new DebianImageError({
        code: "DEBIAN_IMAGE_DISK_FULL",
        asked,
        happened,
        hint: "free some space, or put the cache directory on another disk",
        cause,
      })
    : new DebianImageError({ code, asked, happened, cause });
}

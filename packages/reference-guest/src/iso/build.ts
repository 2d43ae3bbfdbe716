import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  extractKernel,
  extractPackages,
  fetchPackages,
  libraryClosure,
  resolvePackages,
} from "@winvm/debian-image";
import type { DebianPackage } from "@winvm/debian-image";
import { isWinvmError, withDeadline } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import { ReferenceGuestError } from "../errors.ts";
import { makePrefix } from "../wine/prefix.ts";
import { writeBootLoaders } from "./boot.ts";
import { writeFirstStage } from "./initrd.ts";
import { moduleSubset } from "./kernel-modules.ts";
import { referenceIsoKey } from "./key.ts";
import type { ReferenceManifest } from "./manifest.ts";
import { nodeVersion } from "./node-program.ts";
import { openReferenceIso } from "./open.ts";
import type { ReferenceIso } from "./open.ts";
import { packSetup, packSystem, writeIso } from "./pack.ts";
import { isUsedPackage, LEFT_OUT, REFERENCE_RECIPE } from "./recipe.ts";
import { writeSetupCode } from "./setup-code.ts";
import { finishTree, installPrefix } from "./tree.ts";
import { writeKernel } from "./write-kernel.ts";

/** Where the building of the ISO is. */
export interface ReferenceBuildProgress {
  readonly step: "resolve" | "download" | "unpack" | "kernel" | "wine" | "pack";
  /** For people. */
  readonly text: string;
  /** 0–1 of this step, where it is known. */
  readonly fraction?: number | undefined;
}

/** Options of {@link buildReferenceIso}. */
export interface ReferenceBuildOptions extends WaitOptions {
  /** The ISO's directory; it appears complete or not at all. */
  readonly directory: string;
  /** Debian packages are kept here between builds. */
  readonly cacheDirectory: string;
  readonly onProgress?: ((progress: ReferenceBuildProgress) => void) | undefined;
}

/**
 * Makes the install ISO from Debian's packages, as any user, with no root, no chroot and no maintainer script.
 *
 * @throws {ReferenceGuestError} `REFERENCE_GUEST_PROGRAM_MISSING`, `REFERENCE_GUEST_DISK_FULL`,
 * `REFERENCE_GUEST_BUILD_FAILED`.
 * @throws {DebianImageError} when apt, a package, a module or a library is missing.
 */
export async function buildReferenceIso(options: ReferenceBuildOptions): Promise<ReferenceIso> {
  const asked = "build the reference guest's ISO";
  return withDeadline(
    asked,
    async (signal) => {
      try {
        return await build(options, signal);
      } catch (cause) {
        throw isWinvmError(cause) && cause.code.startsWith("DEBIAN_IMAGE_")
          ? cause
          : describe(asked, cause, signal);
      }
    },
    options,
  );
}

function describe(asked: string, cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || cause instanceof ReferenceGuestError) return cause;
  const happened = cause instanceof Error ? cause.message : String(cause);
  const missing = isWinvmError(cause) && cause.code === "RUNTIME_PROGRAM_NOT_FOUND";
  const full = /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/.test(happened);
  const hint =
    missing && isWinvmError(cause)
      ? cause.hint
      : full
        ? "free some space where the ISO is made"
        : undefined;
  return new ReferenceGuestError({
    code: missing
      ? "REFERENCE_GUEST_PROGRAM_MISSING"
      : full
        ? "REFERENCE_GUEST_DISK_FULL"
        : "REFERENCE_GUEST_BUILD_FAILED",
    asked,
    happened,
    ...(hint !== undefined && { hint }),
    cause,
  });
}

async function build(options: ReferenceBuildOptions, signal: AbortSignal): Promise<ReferenceIso> {
  const { cacheDirectory, onProgress } = options;
  const directory = resolve(options.directory);
  await mkdir(dirname(directory), { recursive: true });
  const work = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
  try {
    onProgress?.({ step: "resolve", text: "asking apt which packages it takes" });
    const closure = await resolvePackages(REFERENCE_RECIPE.packages, { cacheDirectory, signal });
    const packages = closure.filter(({ name }) => isUsedPackage(name, REFERENCE_RECIPE));
    await fetchPackages(packages, {
      cacheDirectory,
      signal,
      onProgress: ({ fraction, text }) => onProgress?.({ step: "download", text, fraction }),
    });
    const medium = join(work, "medium");
    const kernelVersion = await assemble(packages, work, medium, options, signal);
    const image = join(work, "image");
    await mkdir(image);
    onProgress?.({ step: "pack", text: "writing the ISO", fraction: 0.9 });
    const iso = join(image, "reference.iso");
    await writeIso(medium, iso, signal);
    const manifest: ReferenceManifest = {
      format: 1,
      key: await referenceIsoKey(),
      kernelVersion,
      nodeVersion: nodeVersion(),
      iso: { file: "reference.iso", sizeBytes: (await stat(iso)).size, sha256: await sha256(iso) },
      packages: packages.map(({ name, version, sha256: hash }) => ({
        name,
        version,
        sha256: hash,
      })),
    };
    await writeFile(join(image, "manifest.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await publish(image, directory);
    return await openReferenceIso(directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function assemble(
  packages: readonly DebianPackage[],
  work: string,
  medium: string,
  { onProgress }: ReferenceBuildOptions,
  signal: AbortSignal,
): Promise<string> {
  const root = join(work, "root");
  const files = join(medium, "winvm");
  await mkdir(files, { recursive: true });
  await extractPackages(
    packages.filter(({ name }) => !name.startsWith("linux-image")),
    root,
    {
      signal,
      exclude: LEFT_OUT,
      onProgress: ({ done, total, name }) =>
        onProgress?.({ step: "unpack", text: name, fraction: done / total }),
    },
  );
  onProgress?.({ step: "kernel", text: "taking the kernel and its modules" });
  const wanted = [...REFERENCE_RECIPE.firstModules, ...REFERENCE_RECIPE.modules];
  const kernel = await extractKernel(packages, work, { modules: wanted, signal });
  const place = { work: join(work, "kernel"), signal };
  if (!(await writeKernel(kernel.image, join(files, "vmlinuz"), place)))
    onProgress?.({
      step: "kernel",
      text: "the kernel stays packed as it is, and each start is slower: is xz installed?",
    });
  await finishTree(root, kernel, signal);
  await libraryClosure(root, NEEDED_PROGRAMS, {
    extraPaths: ["usr/lib/x86_64-linux-gnu/wine/x86_64-unix"],
  });
  onProgress?.({ step: "wine", text: "making Wine's prefix" });
  await installPrefix(root, await makePrefix(root, join(work, "wine"), { signal }));
  onProgress?.({ step: "pack", text: "packing the system", fraction: 0 });
  const first = moduleSubset(kernel.modules, REFERENCE_RECIPE.firstModules);
  const setup = join(work, "setup");
  await writeFirstStage(join(files, "initrd"), {
    root,
    version: kernel.version,
    modules: first,
    signal,
  });
  await packSystem(root, join(files, "system.squashfs"), signal);
  await writeSetupCode(setup, signal);
  await packSetup(setup, join(files, "setup.squashfs"), signal);
  await writeBootLoaders(medium, join(work, "boot"), signal);
  return kernel.version;
}

/** Programs whose libraries have to be in the tree: what the guest's scripts and its users start. */
const NEEDED_PROGRAMS = [
  "usr/bin/bash",
  "usr/bin/dash",
  "usr/bin/doas",
  "usr/bin/ls",
  "usr/bin/find",
  "usr/bin/grep",
  "usr/bin/mawk",
  "usr/bin/ps",
  "usr/bin/sed",
  "usr/bin/setpriv",
  "usr/bin/flock",
  "usr/bin/ssh-keygen",
  "usr/bin/tar",
  "usr/bin/xz",
  "usr/sbin/mke2fs",
  "usr/sbin/sfdisk",
  "usr/sbin/sshd",
  "usr/lib/wine/wine64",
  "usr/lib/wine/wineserver64",
  "usr/lib/x86_64-linux-gnu/wine/x86_64-unix/ntdll.so",
  "usr/lib/x86_64-linux-gnu/wine/x86_64-unix/win32u.so",
  "usr/lib/x86_64-linux-gnu/wine/x86_64-unix/ws2_32.so",
  "usr/lib/x86_64-linux-gnu/libgnutls.so.30",
  "usr/lib/x86_64-linux-gnu/libfontconfig.so.1",
  "usr/lib/x86_64-linux-gnu/libfreetype.so.6",
  "usr/lib/x86_64-linux-gnu/security/pam_permit.so",
  "usr/lib/x86_64-linux-gnu/libstdc++.so.6",
];

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Gives the finished directory its name; where another process was faster, its ISO is as good. */
async function publish(image: string, directory: string): Promise<void> {
  await chmod(image, 0o755);
  try {
    await rename(image, directory);
  } catch (error) {
    const taken =
      error instanceof Error && "code" in error && /^(ENOTEMPTY|EEXIST)$/.test(String(error.code));
    if (!taken) throw error;
    await openReferenceIso(directory);
  }
}

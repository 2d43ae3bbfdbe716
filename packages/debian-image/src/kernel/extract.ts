import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { runProgram } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";
import type { DebianPackage } from "../apt/package.ts";
import { fileFailure } from "../apt/run.ts";
import { DebianImageError } from "../errors.ts";
import { readModules, resolveModules } from "./modules.ts";
import type { KernelModule } from "./modules.ts";

/** A kernel and the chosen modules. */
export interface ExtractedKernel {
  /** Version, the name below `lib/modules`. */
  readonly version: string;
  /** The file `vmlinuz-VERSION` in the directory given: what QEMU's `-kernel` takes. */
  readonly image: string;
  /** In an order in which they can be loaded. */
  readonly modules: readonly KernelModule[];
}

/** Options of {@link extractKernel}. */
export interface ExtractKernelOptions extends WaitOptions {
  /** Names of wanted modules; what they need comes along. */
  readonly modules: readonly string[];
}

/**
 * Takes the kernel image and only the wanted modules out of a set of packages that holds one kernel: the package is
 * 390 MB when unpacked whole, the few modules of a small guest are 3 MB.
 *
 * @throws {DebianImageError} `DEBIAN_IMAGE_MODULE_MISSING`, `DEBIAN_IMAGE_NO_PACKAGE` (no kernel among the packages),
 * `DEBIAN_IMAGE_EXTRACT_FAILED`, `DEBIAN_IMAGE_DISK_FULL`.
 */
export async function extractKernel(
  packages: readonly DebianPackage[],
  directory: string,
  options: ExtractKernelOptions,
): Promise<ExtractedKernel> {
  const asked = "take the kernel out of its package";
  const item = packages.find(({ name }) => /^linux-image-\d/.test(name));
  if (item === undefined) {
    throw new DebianImageError({
      code: "DEBIAN_IMAGE_NO_PACKAGE",
      asked,
      happened: "there is no package linux-image-VERSION among them",
      hint: "resolve linux-image-amd64 too",
    });
  }
  const root = resolve(directory);
  let work: string | undefined;
  try {
    await mkdir(root, { recursive: true });
    work = await mkdtemp(join(root, ".kernel-"));
    return await takeOut(item, root, work, options);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code === "RUNTIME_PROGRAM_FAILED" && cause instanceof Error) {
      const full = cause.message.includes("No space left on device");
      throw new DebianImageError({
        code: full ? "DEBIAN_IMAGE_DISK_FULL" : "DEBIAN_IMAGE_EXTRACT_FAILED",
        asked,
        happened: cause.message,
        cause,
      });
    }
    if (/^E[A-Z]+$/.test(code)) throw fileFailure(asked, cause, "DEBIAN_IMAGE_EXTRACT_FAILED");
    throw cause;
  } finally {
    if (work !== undefined) await rm(work, { recursive: true, force: true });
  }
}

async function takeOut(
  item: DebianPackage,
  root: string,
  work: string,
  options: ExtractKernelOptions,
): Promise<ExtractedKernel> {
  const wait = {
    env: { LC_ALL: "C" },
    ...(options.signal && { signal: options.signal }),
    ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
  };
  // Unpacked once into a plain tar: tar can seek in it, so every later pass is cheap.
  const archive = join(work, "tree.tar");
  await runProgram(
    "bash",
    ["-c", 'dpkg-deb --fsys-tarfile "$1" >"$2"', "kernel", item.file, archive],
    wait,
  );
  const take = (members: readonly string[], into: string): Promise<unknown> =>
    runProgram(
      "tar",
      [
        "--extract",
        "--no-same-owner",
        `--file=${archive}`,
        `--directory=${into}`,
        "--wildcards",
        "--",
        ...members,
      ],
      wait,
    );
  await take(
    ["./boot/vmlinuz-*", "./lib/modules/*/modules.order", "./lib/modules/*/modules.builtin"],
    work,
  );
  const [version] = await readdir(join(work, "lib/modules"));
  if (version === undefined) throw new Error("no modules");
  const base = join(work, "lib/modules", version);
  const modules = await resolveModules(
    { version, names: options.modules },
    await readFile(join(base, "modules.order"), "utf8"),
    await readFile(join(base, "modules.builtin"), "utf8"),
    async (paths) => {
      if (paths.length > 0)
        await take(
          paths.map((path) => `./lib/modules/${version}/${path}*`),
          work,
        );
      return readModules(base, paths);
    },
  );
  const image = join(root, `vmlinuz-${version}`);
  await runProgram(
    "install",
    ["-m", "0644", "-T", join(work, "boot", `vmlinuz-${version}`), image],
    wait,
  );
  return { version, image, modules };
}

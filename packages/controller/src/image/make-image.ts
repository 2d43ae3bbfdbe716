import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  extractKernel,
  extractPackages,
  fetchPackages,
  resolvePackages,
  unpackKernelImage,
  writeInitrd,
} from "@winvm/debian-image";
import type { DebianPackage } from "@winvm/debian-image";
import type { BuildOptions } from "./build.ts";
import { openControllerImage } from "./image.ts";
import type { ControllerImage } from "./image.ts";
import { controllerImageKey } from "./key.ts";
import type { ControllerImageManifest, ImageFile } from "./manifest.ts";
import { CONTROLLER_RECIPE, isUsedPackage } from "./recipe.ts";
import { controllerTree } from "./tree.ts";

/** As {@link buildControllerImage}, without a limit. */
export async function makeImage(
  options: BuildOptions,
  signal: AbortSignal,
): Promise<ControllerImage> {
  const { cacheDirectory, recipe = CONTROLLER_RECIPE, onProgress } = options;
  const directory = resolve(options.directory);
  await mkdir(dirname(directory), { recursive: true });
  const work = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
  try {
    onProgress?.({ step: "resolve", text: "asking apt which packages it takes" });
    const closure = await resolvePackages(recipe.packages, { cacheDirectory, signal });
    const packages = closure.filter(({ name }) => isUsedPackage(name, recipe));
    await fetchPackages(packages, {
      cacheDirectory,
      signal,
      onProgress: ({ fraction, text }) => onProgress?.({ step: "download", text, fraction }),
    });
    const image = join(work, "image");
    await mkdir(image);
    const { kernelVersion, kernel, initrd } = await assemble(packages, work, image, {
      recipe,
      signal,
      onProgress,
    });
    const manifest: ControllerImageManifest = {
      format: 1,
      key: await controllerImageKey(recipe),
      kernelVersion,
      kernel,
      initrd,
      packages: packages.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
    };
    await writeFile(join(image, "manifest.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await publish(image, directory);
    return await openControllerImage(directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function assemble(
  packages: readonly DebianPackage[],
  work: string,
  image: string,
  options: Required<Pick<BuildOptions, "recipe" | "onProgress">> & { readonly signal: AbortSignal },
): Promise<{ kernelVersion: string; kernel: ImageFile; initrd: ImageFile }> {
  const { onProgress, signal } = options;
  const recipe = options.recipe ?? CONTROLLER_RECIPE;
  const root = join(work, "root");
  await extractPackages(
    packages.filter(({ name }) => !name.startsWith("linux-image")),
    root,
    {
      signal,
      exclude: ["usr/share/*", "usr/lib/python3/*"],
      onProgress: ({ done, total, name }) =>
        onProgress?.({ step: "unpack", text: name, fraction: done / total }),
    },
  );
  onProgress?.({ step: "kernel", text: "taking the kernel and its modules" });
  const taken = await extractKernel(packages, work, { modules: recipe.modules, signal });
  const bare = await unpackKernelImage(await readFile(taken.image), { signal });
  await writeFile(join(image, "linux"), bare ?? (await readFile(taken.image)));
  onProgress?.({ step: "pack", text: "packing the initramfs" });
  const entries = await controllerTree(root, recipe, taken.modules);
  const initrd = await writeInitrd(join(image, "initrd.zst"), entries, { signal });
  return {
    kernelVersion: taken.version,
    kernel: await describeFile(image, "linux"),
    initrd: { file: "initrd.zst", ...initrd },
  };
}

async function describeFile(directory: string, file: string): Promise<ImageFile> {
  const path = join(directory, file);
  return {
    file,
    sizeBytes: (await stat(path)).size,
    sha256: createHash("sha256")
      .update(await readFile(path))
      .digest("hex"),
  };
}

/** Gives the finished directory its name; where another process was faster, its image is as good. */
async function publish(image: string, directory: string): Promise<void> {
  await chmod(image, 0o755);
  try {
    await rename(image, directory);
  } catch (error) {
    const taken =
      error instanceof Error && "code" in error && /^(ENOTEMPTY|EEXIST)$/.test(String(error.code));
    if (!taken) throw error;
    await openControllerImage(directory);
  }
}

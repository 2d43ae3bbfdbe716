import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { runProgram } from "@winvm/runtime";
import { readModuleInfo } from "../elf/elf.ts";
import { DebianImageError } from "../errors.ts";
import { loadOrder, moduleName } from "./order.ts";
import type { ModuleNode } from "./order.ts";

/** A module to load. */
export interface KernelModule {
  /** Name as `lsmod` shows it. */
  readonly name: string;
  /** Path relative to `root`, such as `lib/modules/6.1.0-x/kernel/net/9p/9pnet.ko`. */
  readonly path: string;
  /** The module's ELF bytes, uncompressed: what `insmod` of any kind takes. */
  readonly content: Uint8Array;
}

/** What is looked for and where. */
export interface KernelModulesOptions {
  /** The directory in which the kernel package was unpacked. */
  readonly root: string;
  /** The kernel's version, the name of the directory below `lib/modules`. */
  readonly version: string;
  /** Module names, with `-` or `_`; those built into the kernel are passed over. */
  readonly names: readonly string[];
}

/** Gets the file of a module, by its path below `lib/modules/VERSION`. */
export type ModuleReader = (paths: readonly string[]) => Promise<Map<string, Uint8Array>>;

/**
 * The modules wanted and all that they need (`depends` and `softdep pre:` by name in each module's own `.modinfo`: a
 * Debian kernel package brings no modules.dep), in an order in which they can be loaded one by one.
 *
 * @throws {DebianImageError} `DEBIAN_IMAGE_MODULE_MISSING` with all names that this kernel doesn't have.
 */
export async function kernelModules(options: KernelModulesOptions): Promise<KernelModule[]> {
  const base = join(options.root, "lib/modules", options.version);
  return resolveModules(
    options,
    await readFile(join(base, "modules.order"), "utf8"),
    await readFile(join(base, "modules.builtin"), "utf8"),
    (paths) => readModules(base, paths),
  );
}

/** Reads modules below `base`; the kernel's own lists leave out the suffix of a compressed one. */
export async function readModules(
  base: string,
  paths: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const result = new Map<string, Uint8Array>();
  for (const path of paths) {
    for (const suffix of ["", ".xz", ".zst", ".gz"]) {
      const file = join(base, `${path}${suffix}`);
      const bytes = await readFile(file).catch((error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      });
      if (bytes === undefined) continue;
      result.set(path, await decompress(file, bytes));
      break;
    }
  }
  return result;
}

async function decompress(file: string, bytes: Buffer): Promise<Uint8Array> {
  if (file.endsWith(".zst")) return promisify(zstdDecompress)(bytes);
  if (file.endsWith(".gz")) return promisify(gunzip)(bytes);
  if (file.endsWith(".xz")) return (await runProgram("xz", ["-dc", "--", file])).stdoutBytes;
  return bytes;
}

/** The walk behind {@link kernelModules}, with the reader given: generation after generation. */
export async function resolveModules(
  { version, names }: Pick<KernelModulesOptions, "version" | "names">,
  orderText: string,
  builtinText: string,
  read: ModuleReader,
): Promise<KernelModule[]> {
  const known = new Map(lines(orderText).map((path) => [moduleName(path), path]));
  const builtin = new Set(lines(builtinText).map(moduleName));
  const nodes: ModuleNode[] = [];
  const contents = new Map<string, Uint8Array>();
  const missing: { name: string; wantedBy: string }[] = [];
  let wave = names.map((name) => ({
    name: moduleName(name),
    wantedBy: "the list of modules",
    soft: false,
  }));
  const seen = new Set<string>();
  while (wave.length > 0) {
    const wanted = wave.filter(({ name }) => !seen.has(name) && !builtin.has(name));
    for (const { name } of wave) seen.add(name);
    wave = [];
    const present = wanted.filter(({ name, wantedBy, soft }) => {
      if (known.has(name)) return true;
      if (!soft) missing.push({ name, wantedBy });
      return false;
    });
    const unique = [...new Set(present.map(({ name }) => name))];
    const files = await read(unique.map((name) => known.get(name) ?? ""));
    for (const name of unique) {
      const path = known.get(name) ?? "";
      const content = files.get(path);
      if (content === undefined) {
        missing.push({ name, wantedBy: `the tree, as lib/modules/${version}/${path}` });
        continue;
      }
      const { hard, soft } = dependencies(content);
      nodes.push({ name, path, depends: [...soft, ...hard] });
      contents.set(name, content);
      wave.push(
        ...hard.map((needed) => ({ name: needed, wantedBy: name, soft: false })),
        ...soft.map((needed) => ({ name: needed, wantedBy: name, soft: true })),
      );
    }
  }
  if (missing.length > 0) throw missingError(version, missing);
  return loadOrder(nodes).map(({ name, path }) => ({
    name,
    path: `lib/modules/${version}/${path}`,
    content: contents.get(name) ?? new Uint8Array(),
  }));
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function dependencies(content: Uint8Array): { hard: string[]; soft: string[] } {
  const info = readModuleInfo(content);
  const hard = info
    .filter(({ key }) => key === "depends")
    .flatMap(({ value }) => value.split(","))
    .filter((name) => name !== "")
    .map(moduleName);
  // "pre: a b post: c"
  const soft = info
    .filter(({ key }) => key === "softdep")
    .flatMap(({ value }) => /pre:\s*([^:]*?)(?:\s+post:|$)/.exec(value)?.[1]?.split(/\s+/) ?? [])
    .filter((name) => name !== "")
    .map(moduleName);
  return { hard, soft };
}

function missingError(
  version: string,
  missing: readonly { name: string; wantedBy: string }[],
): DebianImageError {
  return new DebianImageError({
    code: "DEBIAN_IMAGE_MODULE_MISSING",
    asked: `collect modules of Linux ${version}`,
    happened: missing.map(({ name, wantedBy }) => `${name} (wanted by ${wantedBy})`).join(", "),
    hint: "the cloud kernel lacks many: take linux-image-amd64, and extractKernel to get them out of it",
    data: { missing },
  });
}

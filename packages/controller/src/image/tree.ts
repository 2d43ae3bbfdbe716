import { lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import {
  characterDevice,
  directoryEntry,
  fileEntry,
  isElf,
  leanModule,
  libraryClosure,
  readDynamicSymbols,
  readElfNeeds,
  stubLibrary,
  symlinkEntry,
} from "@winvm/debian-image";
import type { KernelModule, TreeEntry } from "@winvm/debian-image";
import { readImageFile } from "./files.ts";
import type { ControllerRecipe } from "./recipe.ts";

/** Everything that the initrd holds: programs with their libraries, modules, our own files, empty directories. */
export async function controllerTree(
  root: string,
  recipe: ControllerRecipe,
  modules: readonly KernelModule[],
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [
    fileEntry("init", await readImageFile("init"), 0o755),
    fileEntry("etc/ssh/sshd_config", await readImageFile("sshd_config")),
    fileEntry("usr/lib/modules/order", modules.map(({ name }) => `${name}\n`).join("")),
    ...modules.map(({ name, content }) =>
      fileEntry(`usr/lib/modules/${name}.ko`, leanModule(content)),
    ),
    ...["bin", "sbin", "lib", "lib64"].map((name) => symlinkEntry(name, `usr/${name}`)),
    symlinkEntry("usr/bin/sh", "busybox"),
    // The kernel opens it for init before devtmpfs is there.
    characterDevice("dev/console", 5, 1),
    ...["proc", "sys", "run", "srv", "etc/samba", "var/cache/samba", "var/log/samba"].map((path) =>
      directoryEntry(path),
    ),
    ...["root", "var/lib/samba/private"].map((path) => directoryEntry(path, 0o700)),
    directoryEntry("tmp", 0o1777),
    symlinkEntry("var/run", "/run"),
    symlinkEntry("var/tmp", "/tmp"),
  ];
  const isStub = (library: string): boolean =>
    recipe.stubs.some((name) => library.startsWith(`${name}.so`));
  const paths = await libraryClosure(root, recipe.programs, { provided: isStub });
  for (const path of paths) {
    const full = join(root, path);
    const status = await lstat(full);
    entries.push(
      status.isSymbolicLink()
        ? symlinkEntry(path, await readlink(full))
        : {
            kind: "file",
            path,
            mode: status.mode & 0o755,
            content: { file: full, sizeBytes: status.size },
          },
    );
  }
  return [...entries, ...(await stubs(root, paths, isStub))];
}

/** A stub for each stubbed library that something is linked to, with the functions that are asked of the real one. */
async function stubs(
  root: string,
  paths: readonly string[],
  isStub: (library: string) => boolean,
): Promise<TreeEntry[]> {
  const functions = new Map<string, Set<string>>();
  for (const path of paths) {
    const full = join(root, path);
    if ((await lstat(full)).isSymbolicLink()) continue;
    const bytes = await readFile(full);
    if (!isElf(bytes)) continue;
    const libraries = readElfNeeds(bytes).needed.filter(isStub);
    if (libraries.length === 0) continue;
    const wanted = new Set(readDynamicSymbols(bytes).undefined);
    for (const library of libraries) {
      const real = await readFile(join(root, LIBRARIES, library));
      const offered = new Set(readDynamicSymbols(real).defined);
      functions.set(
        library,
        (functions.get(library) ?? new Set()).union(wanted.intersection(offered)),
      );
    }
  }
  return [...functions].map(([library, names]) =>
    fileEntry(`usr/lib/${library}`, stubLibrary(library, [...names].sort()), 0o755),
  );
}

const LIBRARIES = "usr/lib/x86_64-linux-gnu";

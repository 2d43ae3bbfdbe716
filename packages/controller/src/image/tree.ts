import { lstat, readlink } from "node:fs/promises";
import { join } from "node:path";
import {
  characterDevice,
  directoryEntry,
  fileEntry,
  libraryClosure,
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
    ...modules.map(({ name, content }) => fileEntry(`usr/lib/modules/${name}.ko`, content)),
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
    ...Object.entries(recipe.stubs).map(([soname, functions]) =>
      fileEntry(`usr/lib/${soname}`, stubLibrary(soname, functions), 0o755),
    ),
  ];
  const provided = Object.keys(recipe.stubs);
  for (const path of await libraryClosure(root, recipe.programs, { provided })) {
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
  return entries;
}

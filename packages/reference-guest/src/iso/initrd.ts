import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  characterDevice,
  directoryEntry,
  fileEntry,
  symlinkEntry,
  writeInitrd,
} from "@winvm/debian-image";
import type { KernelModule, TreeEntry } from "@winvm/debian-image";
import { guestDirectory } from "./guest-files.ts";
import { indexModules } from "./kernel-modules.ts";

/** The programs of busybox that the first stage runs. */
const APPLETS = [
  "cat",
  "mkdir",
  "modprobe",
  "mount",
  "poweroff",
  "sh",
  "switch_root",
  "umount",
  "usleep",
];

/** Writes the first stage: busybox, the modules that find the disk, and the script that does it. */
export async function writeFirstStage(
  file: string,
  options: {
    readonly root: string;
    readonly version: string;
    readonly modules: readonly KernelModule[];
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { root, version, modules, signal } = options;
  const { dep, alias } = indexModules(modules, version);
  const directories = ["dev", "proc", "sys", "disk", "layer", "lower", "root"];
  const entries: TreeEntry[] = [
    ...directories.map((path) => directoryEntry(path)),
    characterDevice("dev/console", 5, 1),
    fileEntry("init", await readFile(join(guestDirectory, "initrd/init")), 0o755),
    fileEntry("bin/busybox", await readFile(join(root, "usr/bin/busybox")), 0o755),
    ...APPLETS.map((name) => symlinkEntry(`bin/${name}`, "busybox")),
    // The kernel itself looks for it there.
    symlinkEntry("sbin/modprobe", "../bin/busybox"),
    ...modules.map(({ path, content }) => fileEntry(path, content)),
    fileEntry(`lib/modules/${version}/modules.dep`, dep),
    fileEntry(`lib/modules/${version}/modules.alias`, alias),
  ];
  await writeInitrd(file, entries, { signal });
}

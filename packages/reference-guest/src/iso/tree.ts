import {
  chmod,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import type { KernelModule } from "@winvm/debian-image";
import { runProgram } from "@winvm/runtime";
import { stripDebug } from "../wine/strip-debug.ts";
import { guestDirectory, readFiles } from "./guest-files.ts";
import { indexModules } from "./kernel-modules.ts";

/** Directory of Wine's own Windows libraries. */
export const WINE_LIBRARIES = "usr/lib/x86_64-linux-gnu/wine/x86_64-windows";

const DIRECTORIES = [
  "dev",
  "proc",
  "sys",
  "run",
  "root",
  "media",
  "nix/store",
  "mnt/slot1",
  "mnt/slot2",
  "mnt/slot3",
  "mnt/slot4",
  "mnt/slot5",
  "mnt/slot6",
  "cygdrive/c/winvm",
  "cygdrive/c/cygwin64/home",
  "cygdrive/c/cygwin64/tmp",
  "home/Administrator",
  "tmp/xchg",
  "var/tmp",
  "var/log",
  "var/lib",
];

/** Links of the tree. C:\cygwin64 shows the system as Cygwin's root would; /home and /tmp are mounted there. */
const LINKS: Readonly<Record<string, string>> = {
  "cygdrive/c/cygwin64/bin": "/usr/bin",
  "cygdrive/c/cygwin64/etc": "/etc",
  "cygdrive/c/cygwin64/lib": "/usr/lib",
  "cygdrive/c/cygwin64/mnt": "/mnt",
  "cygdrive/c/cygwin64/nix": "/nix",
  "cygdrive/c/cygwin64/usr": "/usr",
  "cygdrive/c/cygwin64/var": "/var",
  "cygdrive/r": "/",
  "cygdrive/x": "/tmp/xchg",
  "cygdrive/s": "/nix/store",
  "cygdrive/t": "/mnt/slot1",
  "cygdrive/u": "/mnt/slot2",
  "cygdrive/v": "/mnt/slot3",
  "cygdrive/w": "/mnt/slot4",
  "cygdrive/y": "/mnt/slot5",
  "cygdrive/z": "/mnt/slot6",
  "usr/sbin/init": "../lib/winvm/busybox/init",
  // Where the kernel looks for it when a file system or a cipher needs a module.
  "usr/sbin/modprobe": "../lib/winvm/busybox/modprobe",
  // Wine starts the program of this name beside itself before any other. Debian's is a script that looks for the server
  // by its absolute path: while the prefix is made that would be this host's, where it has one, not the guest's.
  "usr/lib/wine/wineserver": "wineserver64",
  "usr/bin/sh": "dash",
  "usr/bin/awk": "mawk",
  "etc/mtab": "/proc/self/mounts",
};

/** Finishes the unpacked packages: our files, kernel modules, links, busybox's programs, Wine without debug data. */
export async function finishTree(
  root: string,
  kernel: { readonly version: string; readonly modules: readonly KernelModule[] },
  signal: AbortSignal,
): Promise<void> {
  for (const path of DIRECTORIES) await mkdir(join(root, path), { recursive: true });
  await copyGuestFiles(root);
  await writeModules(root, kernel);
  await linkBusybox(root, signal);
  for (const [path, target] of Object.entries(LINKS)) await putLink(target, join(root, path));
  for (const path of ["tmp", "mnt", "var/tmp"]) await chmod(join(root, path), 0o1777);
  await chmod(join(root, "usr/bin/doas"), 0o4755);
  await finishWine(root);
}

async function copyGuestFiles(root: string): Promise<void> {
  for (const { path, content } of readFiles(join(guestDirectory, "rootfs"))) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    // By content: archives of packages don't keep the bit on every way.
    const secret = path === "etc/shadow" || path === "etc/doas.conf";
    await chmod(file, content.subarray(0, 2).toString() === "#!" ? 0o755 : secret ? 0o600 : 0o644);
  }
}

async function writeModules(
  root: string,
  { version, modules }: { readonly version: string; readonly modules: readonly KernelModule[] },
): Promise<void> {
  const { dep, alias } = indexModules(modules, version);
  for (const { path, content } of modules) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  await writeFile(join(root, "lib/modules", version, "modules.dep"), dep);
  await writeFile(join(root, "lib/modules", version, "modules.alias"), alias);
}

// The real programs come first on PATH; busybox stands in for what they lack.
async function linkBusybox(root: string, signal: AbortSignal): Promise<void> {
  const directory = join(root, "usr/lib/winvm/busybox");
  await mkdir(directory, { recursive: true });
  const { stdout } = await runProgram(join(root, "usr/bin/busybox"), ["--list"], { signal });
  for (const name of stdout.split("\n").filter((line) => line !== ""))
    await putLink("/usr/bin/busybox", join(directory, name));
}

async function finishWine(root: string): Promise<void> {
  const libraries = join(root, WINE_LIBRARIES);
  await rm(join(libraries, "zlib1.dll"), { force: true });
  await copyFile(join(root, "usr/x86_64-w64-mingw32/lib/zlib1.dll"), join(libraries, "zlib1.dll"));
  await rm(join(root, "usr/x86_64-w64-mingw32"), { recursive: true });
  for (const name of await readdir(libraries)) {
    const file = join(libraries, name);
    const bytes = await readFile(file);
    const stripped = stripDebug(bytes);
    if (stripped !== bytes) await writeFile(file, stripped);
  }
}

async function putLink(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true, recursive: true });
  await symlink(target, path);
}

/** The prefix made by Wine, put into the tree: its C: is the guest's /cygdrive/c. */
export async function installPrefix(root: string, prefix: string): Promise<void> {
  const drive = join(root, "cygdrive/c");
  await cp(join(prefix, "drive_c"), drive, { recursive: true, verbatimSymlinks: true });
  await rm(join(root, "usr/share/wine/fonts"), { recursive: true });
  const home = join(root, "var/lib/wine");
  await mkdir(join(home, "dosdevices"), { recursive: true });
  for (const name of ["system.reg", "user.reg", "userdef.reg"])
    await copyFile(join(prefix, name), join(home, name));
  // "disable" keeps Wine from bringing the prefix up to date whenever wine.inf looks newer.
  await writeFile(join(home, ".update-timestamp"), "disable\n");
  await putLink("/cygdrive/c", join(home, "drive_c"));
  const drives: Readonly<Record<string, string>> = {
    "c:": "/cygdrive/c",
    "r:": "/",
    "s:": "/nix/store",
    "t:": "/mnt/slot1",
    "u:": "/mnt/slot2",
    "v:": "/mnt/slot3",
    "w:": "/mnt/slot4",
    "x:": "/tmp/xchg",
    "y:": "/mnt/slot5",
    "z:": "/mnt/slot6",
  };
  for (const [name, target] of Object.entries(drives))
    await putLink(target, join(home, "dosdevices", name));
  // POSIX programs tell upper from lower case; both spellings are in use.
  await putLink("windows", join(drive, "Windows"));
  await putLink("users", join(drive, "Users"));
  await putLink("system32", join(drive, "windows/System32"));
  await linkWindowsCommands(root, join(drive, "windows/system32"));
}

// Cygwin finds `cmd` as cmd.exe; a Linux shell needs the bare name.
async function linkWindowsCommands(root: string, system32: string): Promise<void> {
  const directory = join(root, "usr/lib/winvm/windows");
  for (const name of await readdir(system32)) {
    if (/^[a-z0-9_-]+\.exe$/.test(name))
      await putLink("../run-windows", join(directory, name.slice(0, -4)));
  }
  await putLink("../wine", join(directory, "wine"));
}

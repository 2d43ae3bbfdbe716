import { readFile, statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { chooseAccelerator, findFirmware } from "@winvm/qemu";
import { describeError, findDeathSignal, findProgram, runProgram } from "@winvm/runtime";
import { readMemory } from "../host/memory.ts";
import type { HostNeed } from "../records.ts";
import type { PipelineOptions } from "../request.ts";
import { defaultStore, storeLayout } from "../store/layout.ts";
import { Store } from "../store/store.ts";

/** A program that winvm starts. */
interface NeededProgram {
  readonly program: string;
  /** How it tells its version; absent where it can't. */
  readonly versionArgs?: readonly string[];
  readonly debianPackage: string;
  /** Which part of the flow stops without it. */
  readonly neededFor: string;
}

const programs: readonly NeededProgram[] = [
  {
    program: "qemu-system-x86_64",
    versionArgs: ["--version"],
    debianPackage: "qemu-system-x86",
    neededFor: "all stages",
  },
  {
    program: "qemu-img",
    versionArgs: ["--version"],
    debianPackage: "qemu-utils",
    neededFor: "installing",
  },
  {
    program: "vde_switch",
    versionArgs: ["--version"],
    debianPackage: "vde2",
    neededFor: "all stages",
  },
  {
    program: "setpriv",
    versionArgs: ["--version"],
    debianPackage: "util-linux",
    neededFor: "ending children with their owner",
  },
  {
    program: "apt-get",
    versionArgs: ["--version"],
    debianPackage: "apt",
    neededFor: "making the images",
  },
  {
    program: "dpkg-deb",
    versionArgs: ["--version"],
    debianPackage: "dpkg",
    neededFor: "making the images",
  },
  {
    program: "zstd",
    versionArgs: ["--version"],
    debianPackage: "zstd",
    neededFor: "making the images",
  },
  {
    program: "xorriso",
    versionArgs: ["-version"],
    debianPackage: "xorriso",
    neededFor: "making the reference guest",
  },
  {
    program: "mksquashfs",
    versionArgs: ["-version"],
    debianPackage: "squashfs-tools",
    neededFor: "making the reference guest",
  },
  {
    program: "lz4",
    versionArgs: ["--version"],
    debianPackage: "lz4",
    neededFor: "making the reference guest",
  },
  {
    program: "xz",
    versionArgs: ["--version"],
    debianPackage: "xz-utils",
    neededFor: "kernels that start faster",
  },
  {
    program: "mformat",
    versionArgs: ["--version"],
    debianPackage: "mtools",
    neededFor: "making the reference guest",
  },
  {
    program: "grub-mkimage",
    versionArgs: ["--version"],
    debianPackage: "grub-common",
    neededFor: "making the reference guest",
  },
  {
    program: "x86_64-w64-mingw32-gcc",
    versionArgs: ["--version"],
    debianPackage: "gcc-mingw-w64-x86-64-win32",
    neededFor: "making the launcher of Windows programs",
  },
];

const GiB = 2 ** 30;

/** Looks at everything that winvm needs of this host, by trying where that is possible, and says what to do. */
export async function examineHost(options: PipelineOptions = {}): Promise<HostNeed[]> {
  const needs = await Promise.all([
    ...programs.map((needed) => examineProgram(needed)),
    examineFirmware(),
    examineTpm(),
    examineStore(options),
    examineLimits(),
  ]);
  // The accelerator is tried last and alone: what runs beside it would spoil the trial.
  return [...needs, await examineAccelerator(options), await examineMemory(), examineCompany()];
}

async function examineProgram(needed: NeededProgram): Promise<HostNeed> {
  const { program, versionArgs, debianPackage, neededFor } = needed;
  const path = await findProgram(program);
  if (path === undefined) {
    return {
      name: program,
      status: "lacking",
      found: `not found; needed for ${neededFor}`,
      hint: `apt-get install ${debianPackage}`,
    };
  }
  const found = `${await versionOf(path, versionArgs)} (${path})`;
  if (program === "setpriv" && !(await findDeathSignal()).works) {
    return {
      name: program,
      status: "warning",
      found: `${found}, but it does not know --pdeathsig; needed for ${neededFor}`,
      hint: `what winvm starts outlives it when it is killed; install ${debianPackage} 2.33 or later`,
    };
  }
  return { name: program, status: "ok", found };
}

async function versionOf(path: string, args: readonly string[] | undefined): Promise<string> {
  if (args === undefined) return "present";
  try {
    const { stdout, stderr } = await runProgram(path, args, { timeoutMs: 10_000 });
    return /\d+(?:\.\d+)+[\w.-]*/.exec(stdout + stderr)?.[0] ?? "present";
  } catch {
    return "present";
  }
}

async function examineFirmware(): Promise<HostNeed> {
  try {
    const { code } = await findFirmware("uefi");
    return { name: "UEFI firmware", status: "ok", found: code };
  } catch (error) {
    return {
      name: "UEFI firmware",
      status: "warning",
      found: describeError(error),
      hint: "apt-get install ovmf, for guests that start with UEFI",
    };
  }
}

async function examineTpm(): Promise<HostNeed> {
  const path = await findProgram("swtpm");
  if (path !== undefined) return { name: "swtpm", status: "ok", found: path };
  return {
    name: "swtpm",
    status: "warning",
    found: "not found; needed for --tpm emulated only",
    hint: "apt-get install swtpm",
  };
}

async function examineAccelerator(options: PipelineOptions): Promise<HostNeed> {
  try {
    const layout = storeLayout(options.store ?? defaultStore());
    const { accelerator, reason } = await chooseAccelerator({
      cacheFile: layout.accelerator,
      anew: true,
      featuresCacheFile: layout.features,
      signal: options.signal,
    });
    if (accelerator === "kvm")
      return { name: "accelerator", status: "ok", found: `kvm: ${reason}` };
    return {
      name: "accelerator",
      status: "warning",
      found: `tcg: ${reason}`,
      hint: "winvm works with emulation, but slowly; for KVM enable virtualisation and give yourself access to /dev/kvm",
    };
  } catch (error) {
    return {
      name: "accelerator",
      status: "lacking",
      found: describeError(error),
      hint: "apt-get install qemu-system-x86",
    };
  }
}

async function examineMemory(): Promise<HostNeed> {
  const { availableBytes, totalBytes } = await readMemory();
  const [free, total] = [availableBytes, totalBytes].map(
    (bytes) => `${(bytes / GiB).toFixed(1)} GiB`,
  );
  const limit = totalBytes < totalmem() ? " that the control group may have" : "";
  const found = `${free} free of ${total}${limit}`;
  if (availableBytes >= 3 * GiB) return { name: "memory", status: "ok", found };
  return { name: "memory", status: "warning", found, hint: "an installation takes about 3 GiB" };
}

async function examineStore(options: PipelineOptions): Promise<HostNeed> {
  try {
    const root = options.store ?? defaultStore();
    await Store.open(root);
    const { bavail, bsize } = await statfs(root);
    const found = `${root}, ${((bavail * bsize) / GiB).toFixed(1)} GiB free`;
    if (bavail * bsize >= 6 * GiB) return { name: "store", status: "ok", found };
    return {
      name: "store",
      status: "warning",
      found,
      hint: "the reference guest takes about 4 GiB, a Windows 20 GiB and more; name another directory with --store",
    };
  } catch (error) {
    return {
      name: "store",
      status: "lacking",
      found: describeError(error),
      hint: "name another directory with --store",
    };
  }
}

/** Each clone takes two dozen descriptors of ours; sun_path bounds the run directory. */
async function examineLimits(): Promise<HostNeed> {
  const limits = await readFile("/proc/self/limits", "utf8");
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1] ?? "0";
  if (soft === "unlimited" || Number(soft) >= 1024)
    return { name: "open files", status: "ok", found: soft };
  return { name: "open files", status: "warning", found: soft, hint: "ulimit -n 4096" };
}

/** Who runs winvm: as root, directories that only root may read can't be shared with the unprivileged account. */
function examineCompany(): HostNeed {
  if (process.getuid?.() !== 0)
    return { name: "user", status: "ok", found: `uid ${process.getuid?.()}` };
  return {
    name: "user",
    status: "warning",
    found: "root",
    hint: "winvm needs no root; shared directories are read by an unprivileged account, so run it as yourself",
  };
}

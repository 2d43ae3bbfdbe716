import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { requireProgram, runProgram } from "@winvm/runtime";
import { ReferenceGuestError } from "../errors.ts";
import { REFERENCE_RECIPE } from "./recipe.ts";

/** Modules of the boot loader on the disk: read a partition with ext4, start Linux. */
const DISK_MODULES = ["ext2", "search", "search_fs_file"];
const CD_MODULES = ["iso9660", "search", "search_fs_file"];

/**
 * GRUB's `linux` copies the 62 MB that the kernel asks for, byte by byte, when it starts it from a BIOS: more than three
 * seconds under emulation. `linux16` hands over to the kernel's own code for real mode and copies nothing.
 */
const COMMAND = { bios: "linux16", uefi: "linux" } as const;

// Executed at once by the loader's core: no menu, nothing to wait for.
function commands(firmware: "bios" | "uefi", place: "disk" | "cd"): string {
  const marker = place === "cd" ? "/winvm/setup.squashfs" : "/winvm/vmlinuz";
  const linux = COMMAND[firmware];
  const mode = place === "cd" ? " winvm.mode=setup" : "";
  return [
    `search --no-floppy --file ${marker} --set=root`,
    `${linux} /winvm/vmlinuz ${REFERENCE_RECIPE.kernelOptions}${mode}`,
    `${linux.replace("linux", "initrd")} /winvm/initrd`,
    "boot",
    "",
  ].join("\n");
}

const PC = ["biosdisk", COMMAND.bios];
// With efi_gop Linux gets a screen to write on.
const EFI = ["part_gpt", "fat", "efi_gop", COMMAND.uefi];

/**
 * Makes all boot loaders: those of the CD in `medium/boot`, those that Setup puts on the disk in `medium/winvm`.
 *
 * @throws {ReferenceGuestError} `REFERENCE_GUEST_PROGRAM_MISSING`.
 */
export async function writeBootLoaders(
  medium: string,
  work: string,
  signal: AbortSignal,
): Promise<void> {
  const grub = await findGrub();
  await mkdir(join(medium, "boot"), { recursive: true });
  await mkdir(work, { recursive: true });
  const image = async (
    format: "i386-pc" | "i386-pc-eltorito" | "x86_64-efi",
    output: string,
    script: string,
    modules: readonly string[],
  ): Promise<void> => {
    const config = join(work, "grub.cfg");
    await writeFile(config, script);
    await runProgram(
      "grub-mkimage",
      [
        `--directory=${join(grub, format.replace("-eltorito", ""))}`,
        `--format=${format}`,
        `--output=${output}`,
        "--prefix=/boot/grub",
        `--config=${config}`,
        ...modules,
      ],
      { asked: "make a boot loader", signal, missingHint: "apt install grub-common" },
    );
  };
  const efi = join(work, "bootx64.efi");
  await image("i386-pc", join(medium, "winvm/core.img"), commands("bios", "disk"), [
    ...PC,
    "part_msdos",
    ...DISK_MODULES,
  ]);
  await image("x86_64-efi", join(medium, "winvm/disk.efi"), commands("uefi", "disk"), [
    ...EFI,
    ...DISK_MODULES,
  ]);
  await image("i386-pc-eltorito", join(medium, "boot/eltorito.img"), commands("bios", "cd"), [
    ...PC,
    ...CD_MODULES,
  ]);
  await image("x86_64-efi", efi, commands("uefi", "cd"), [...EFI, ...CD_MODULES]);
  await copyFile(join(grub, "i386-pc/boot.img"), join(medium, "winvm/boot.img"));
  await writeEfiPartition(join(medium, "boot/efi.img"), efi, signal);
}

/** The FAT file system from which UEFI starts a CD. */
async function writeEfiPartition(file: string, loader: string, signal: AbortSignal): Promise<void> {
  const options = { signal, missingHint: "apt install mtools", env: { MTOOLS_SKIP_CHECK: "1" } };
  await runProgram("mformat", ["-C", "-i", file, "-f", "2880", "-N", "20260101", "::"], options);
  await runProgram("mmd", ["-i", file, "::/EFI", "::/EFI/BOOT"], options);
  await runProgram("mcopy", ["-i", file, loader, "::/EFI/BOOT/BOOTX64.EFI"], options);
}

async function findGrub(): Promise<string> {
  const program = await requireProgram(
    "grub-mkimage",
    "make a boot loader",
    "apt install grub-common",
  );
  const directory = join(dirname(program), "../lib/grub");
  const { access } = await import("node:fs/promises");
  const needs = {
    "i386-pc/boot.img": "grub-pc-bin",
    "x86_64-efi/kernel.img": "grub-efi-amd64-bin",
  };
  for (const [path, name] of Object.entries(needs)) {
    await access(join(directory, path)).catch((cause: unknown) => {
      throw new ReferenceGuestError({
        code: "REFERENCE_GUEST_PROGRAM_MISSING",
        asked: "make a boot loader",
        happened: `there is no ${join(directory, path)}`,
        hint: `apt install ${name}`,
        cause,
      });
    });
  }
  return directory;
}

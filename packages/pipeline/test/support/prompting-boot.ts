import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "@winvm/runtime";
import { temporaryDirectory } from "@winvm/test-kit";
import { writeFloppy } from "@winvm/unattend";
import { isoPrograms, type BootImages } from "./windows-iso.ts";

/** Programs that an ISO with these boot programs needs, and their packages. */
export const promptPrograms = {
  ...isoPrograms,
  "qemu-system-x86_64": "qemu-system-x86",
  "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
};

/** More than the boot programs read: 10 MiB from sector 64 on. */
export const promptPadding: number = 12 * 2 ** 20;

/** Boot programs that ask for a key; see the fixtures. */
export async function promptingBoot(): Promise<BootImages> {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory, name);
  await runProgram("x86_64-w64-mingw32-as", [fixture("prompting-bios.s"), "-o", at("bios.o")]);
  const plain = ["-O", "binary", "-j", ".text"];
  await runProgram("x86_64-w64-mingw32-objcopy", [...plain, at("bios.o"), at("bios.bin")]);
  const freestanding = ["-Os", "-ffreestanding", "-fno-stack-protector", "-mno-red-zone"];
  const link = ["-nostdlib", "-Wl,--subsystem,10", "-Wl,-e,efi_main", "-Wl,--no-insert-timestamp"];
  const files = [fixture("prompting-uefi.c"), "-o", at("boot.efi")];
  await runProgram("x86_64-w64-mingw32-gcc", [
    ...freestanding,
    "-Wall",
    "-Werror",
    ...link,
    ...files,
  ]);
  return {
    bios: readFileSync(at("bios.bin")),
    uefi: writeFloppy({ "EFI/BOOT/BOOTX64.EFI": readFileSync(at("boot.efi")) }),
  };
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unpackKernelImage } from "@winvm/debian-image";
import { runProgram } from "@winvm/runtime";
import { guestDirectory } from "./guest-files.ts";
import { layOutKernel, realModePart, writeBzImage } from "./kernel-image.ts";

/**
 * Writes the kernel of the ISO: Debian's, packed by LZ4 in place of xz, which an emulator takes more than two seconds of
 * each start to unpack. A kernel that cannot be unpacked here, or is too large, is taken as it is.
 *
 * @param work - A directory for what lies between.
 * @returns Whether it was packed anew.
 */
export async function writeKernel(
  image: string,
  file: string,
  options: { readonly work: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const { work, signal } = options;
  const bytes = await readFile(image);
  const setup = realModePart(bytes);
  const elf = setup === undefined ? undefined : await unpackKernelImage(bytes, { signal });
  const memory = elf === undefined ? undefined : layOutKernel(elf);
  if (setup === undefined || memory === undefined) {
    await copyFile(image, file);
    return false;
  }
  await mkdir(work, { recursive: true });
  const flat = join(work, "memory");
  await writeFile(flat, memory);
  await runProgram("lz4", ["-q", "-l", "-9", "-f", flat, `${flat}.lz4`], {
    asked: "pack the kernel",
    signal,
    missingHint: "apt install lz4",
  });
  const start = await assemble(work, signal);
  await writeFile(file, writeBzImage(setup, start, await readFile(`${flat}.lz4`)));
  return true;
}

/** `start.S` as machine code. */
async function assemble(work: string, signal: AbortSignal): Promise<Buffer> {
  const object = join(work, "start.o");
  const code = join(work, "start.bin");
  const options = {
    asked: "assemble the start of the kernel",
    signal,
    missingHint: "apt install gcc-mingw-w64-x86-64-win32",
  };
  const source = join(guestDirectory, "kernel/start.S");
  await runProgram("x86_64-w64-mingw32-gcc", ["-c", "-o", object, source], options);
  await runProgram(
    "x86_64-w64-mingw32-objcopy",
    ["-O", "binary", "-j", ".text", object, code],
    options,
  );
  return readFile(code);
}

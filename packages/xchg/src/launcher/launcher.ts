import { createHash } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  findProgram,
  isWinvmError,
  makeDirectories,
  runProgram,
  type WaitOptions,
} from "@winvm/runtime";
import { XchgError } from "../errors.ts";

const source = join(import.meta.dirname, "..", "..", "native", "winvm-launch.c");

/** Debian's names; the first that is there is taken. Both make the same kind of program. */
const compilers = ["x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-gcc-win32"];

/** No C run-time library, no time stamp: the same source and compiler give the same bytes. */
const flags = [
  "-Os",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-std=c99",
  "-municode",
  "-nostdlib",
  "-ffreestanding",
  "-fno-stack-protector",
  "-fno-ident",
  "-mno-stack-arg-probe",
  "-Wl,--entry=start",
  "-Wl,--no-insert-timestamp",
  "-Wl,--subsystem,console:5.2",
  "-s",
];

/**
 * The bytes of `winvm-launch.exe`, the program that runs Windows programs in the guest and keeps their exit codes. It
 * is compiled once and kept in `cacheDirectory`, under the hash of its source.
 *
 * @throws XchgError `XCHG_LAUNCHER_NOT_BUILT` where the compiler is missing or fails.
 */
export async function launcher(cacheDirectory: string, wait: WaitOptions = {}): Promise<Buffer> {
  const recipe = createHash("sha256")
    .update(await readFile(source))
    .update(flags.join(" "));
  const file = join(cacheDirectory, `winvm-launch-${recipe.digest("hex").slice(0, 16)}.exe`);
  const cached = await readFile(file).catch(() => undefined);
  if (cached !== undefined) return cached;
  await makeDirectories(cacheDirectory);
  const temporary = `${file}.${process.pid}`;
  try {
    await runProgram(await findCompiler(), [...flags, "-o", temporary, source, "-lkernel32"], {
      ...wait,
      timeoutMs: wait.timeoutMs ?? 60_000,
      asked: "compile winvm-launch.exe",
    });
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (cause instanceof XchgError || (isWinvmError(cause) && cause.code === "RUNTIME_ABORTED"))
      throw cause;
    throw new XchgError({
      code: "XCHG_LAUNCHER_NOT_BUILT",
      asked: "compile winvm-launch.exe",
      happened: cause instanceof Error ? cause.message : String(cause),
      hint: "check that the mingw-w64 compiler works",
      cause,
    });
  }
  return readFile(file);
}

async function findCompiler(): Promise<string> {
  for (const name of compilers) {
    const path = await findProgram(name);
    if (path !== undefined) return path;
  }
  throw new XchgError({
    code: "XCHG_LAUNCHER_NOT_BUILT",
    asked: "compile winvm-launch.exe",
    happened: `none of ${compilers.join(", ")} was found`,
    hint: "apt-get install gcc-mingw-w64-x86-64-win32",
    data: { compilers },
  });
}

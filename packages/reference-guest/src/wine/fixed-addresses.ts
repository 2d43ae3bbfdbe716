import { isWinvmError, runProgram } from "@winvm/runtime";
import type { WaitOptions } from "@winvm/runtime";

/**
 * What goes before a command line so that the kernel gives the program and its children addresses that are not random:
 * nothing where this is forbidden, as in a container, or where util-linux is missing.
 *
 * Wine's loader lies at 0x7d000000. Linux puts a program's heap up to 32 MiB behind it, and since 6.9 up to 1 GiB
 * (`arch_randomize_brk`): now and then where Wine, without its preloader, needs its page at 0x7ffe0000, and then a
 * program of Wine does not start.
 */
export async function fixedAddresses(options: WaitOptions = {}): Promise<readonly string[]> {
  const words = ["setarch", "-R"];
  try {
    await runProgram("env", [...words, "true"], { ...options, asked: "fix a program's addresses" });
    return words;
  } catch (error) {
    if (isWinvmError(error) && error.code === "RUNTIME_PROGRAM_FAILED") return [];
    throw error;
  }
}

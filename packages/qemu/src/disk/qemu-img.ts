import { runProgram, RuntimeError, type ProgramOutput, type WaitOptions } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import { diskFailure } from "./failure.ts";

/** Limits and the program of a disk operation. */
export interface DiskOptions extends WaitOptions {
  /** A program's name or path; `qemu-img` when absent. */
  readonly binary?: string | undefined;
}

/** Runs qemu-img; its failures become {@link QemuError}s with a code of their own. */
export async function qemuImg(
  args: readonly string[],
  subject: { readonly asked: string; readonly file: string },
  options: DiskOptions & { readonly onStdout?: (chunk: string) => void } = {},
): Promise<ProgramOutput> {
  try {
    return await runProgram(options.binary ?? "qemu-img", args, {
      signal: options.signal,
      timeoutMs: options.timeoutMs,
      onStdout: options.onStdout,
      asked: subject.asked,
      // Messages are read below: not in the user's language.
      env: { LC_ALL: "C" },
      missingHint: "apt install qemu-utils",
    });
  } catch (error) {
    if (!(error instanceof RuntimeError) || error.code !== "RUNTIME_PROGRAM_FAILED") throw error;
    const said = error.data["stderr"];
    const stderr = typeof said === "string" ? said : "";
    const { code, hint } = diskFailure(stderr);
    throw new QemuError({
      code,
      asked: subject.asked,
      happened: stderr.trim().replace(/^qemu-img: /, "") || error.happened,
      hint,
      cause: error,
      data: {
        file: subject.file,
        command: error.data["command"],
        exitCode: error.data["exitCode"],
      },
    });
  }
}

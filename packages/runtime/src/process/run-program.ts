import type { ChildProcess } from "node:child_process";
import { RuntimeError } from "../errors/runtime-error.ts";
import { spawnError } from "../errors/spawn-error.ts";
import { traced } from "../trace/trace.ts";
import { abortedError, formatMs, type WaitOptions } from "../waits/deadline.ts";
import { longestTimerMs } from "../waits/timer.ts";
import { deathSignalPrefix } from "./death-signal.ts";
import { findProgram } from "./find-program.ts";

/** How {@link runProgram} runs a program. */
export interface RunProgramOptions extends WaitOptions {
  readonly cwd?: string | undefined;
  /** Added to the caller's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What the program reads on its standard input; nothing when absent. */
  readonly input?: string | Uint8Array | undefined;
  /** What for, as a phrase, for errors. The program's name when absent. */
  readonly asked?: string | undefined;
  /** What to do when the program is missing. */
  readonly missingHint?: string | undefined;
  readonly onStdout?: ((chunk: string) => void) | undefined;
  readonly onStderr?: ((chunk: string) => void) | undefined;
}

/** What a program that succeeded printed. */
export interface ProgramOutput {
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

/**
 * Runs a program to its end. It and what it started die with the wait, and with a caller that ends; of a caller that is killed
 * the kernel takes the program itself along. What has left for a session of its own lives on, and is not waited for.
 *
 * @throws RuntimeError `RUNTIME_PROGRAM_NOT_FOUND`, `RUNTIME_SPAWN_FAILED`, `RUNTIME_PROGRAM_FAILED` (`data.exitCode`,
 *   `data.signal`, `data.stderr`), `RUNTIME_TIMEOUT`, `RUNTIME_ABORTED`.
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: RunProgramOptions = {},
): Promise<ProgramOutput> {
  const asked = options.asked ?? `run ${file}`;
  const [path, leash] = await Promise.all([
    requireProgram(file, asked, options.missingHint),
    deathSignalPrefix(),
  ]);
  // A quarter of what winvm would load, and a revival runs no program to its end.
  const { execa } = await import("execa");
  if (options.signal?.aborted) throw abortedError(asked, options.signal);
  const [program, ...programArgs] = [...leash, path, ...args];
  const running = execa(program as string, programArgs, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeout: timerMs(options.timeoutMs) }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    encoding: "buffer",
    stripFinalNewline: false,
    maxBuffer: 1 << 30,
    reject: false,
    killDescendants: true,
    forceKillAfterDelay: 2000,
  });
  const child = running.nodeChildProcess;
  if (options.onStdout)
    child.stdout?.on("data", (chunk: Buffer) => options.onStdout?.(chunk.toString()));
  if (options.onStderr)
    child.stderr?.on("data", (chunk: Buffer) => options.onStderr?.(chunk.toString()));
  const release = releaseWhenOver(child, options);
  const result = await traced(
    () => ({ group: "winvm", lane: "programs", name: file, details: { command: [path, ...args] } }),
    () => running.finally(release),
  );
  const stdoutBytes = Buffer.from(result.stdout);
  const stderr = Buffer.from(result.stderr).toString();
  if (!result.failed) return { stdout: stdoutBytes.toString(), stdoutBytes, stderr };
  if (result.isCanceled && options.signal) throw abortedError(asked, options.signal);
  if (result.timedOut) {
    throw new RuntimeError({
      code: "RUNTIME_TIMEOUT",
      asked,
      happened: `${file} did not end within ${formatMs(options.timeoutMs ?? 0)}`,
      data: { timeoutMs: options.timeoutMs, command: [path, ...args] },
    });
  }
  if (child.pid === undefined || (leash.length > 0 && couldNotStart(result.exitCode, stderr))) {
    const cause = child.pid === undefined ? result.cause : new Error(stderr.trim());
    throw spawnError(asked, [path, ...args], cause);
  }
  const end = result.signal === undefined ? `code ${result.exitCode ?? "none"}` : result.signal;
  throw new RuntimeError({
    code: "RUNTIME_PROGRAM_FAILED",
    asked,
    happened: `${file} ended with ${end}${stderr.trim() === "" ? "" : `: ${stderr.trim().slice(-2000)}`}`,
    cause: result.cause,
    data: { command: [path, ...args], exitCode: result.exitCode, signal: result.signal, stderr },
  });
}

/** execa takes 0 for no limit, and what is longer than a timer can be for none to wait for. */
function timerMs(timeoutMs: number): number {
  return Math.min(Math.max(1, timeoutMs), longestTimerMs);
}

/** What setpriv says when the kernel does not start the program. (lib/exec_shell.c and include/c.h of util-linux) */
function couldNotStart(exitCode: number | undefined, stderr: string): boolean {
  return (exitCode === 126 || exitCode === 127) && stderr.startsWith("setpriv: ");
}

/**
 * Once the wait is over and the program has ended, its streams are let go: a descendant that left for a session of its
 * own may hold them open for ever.
 *
 * @returns Ends the watch.
 */
function releaseWhenOver(child: ChildProcess, { signal, timeoutMs }: WaitOptions): () => void {
  const letGo = (): void => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const over = (): void => {
    if (child.exitCode === null && child.signalCode === null) child.once("exit", letGo);
    else letGo();
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(over, timerMs(timeoutMs));
  signal?.addEventListener("abort", over);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", over);
  };
}

/**
 * The full path of a program that must be there.
 *
 * @throws RuntimeError `RUNTIME_PROGRAM_NOT_FOUND` with the hint.
 */
export async function requireProgram(
  file: string,
  asked: string,
  hint: string | undefined,
): Promise<string> {
  const path = await findProgram(file);
  if (path !== undefined) return path;
  throw new RuntimeError({
    code: "RUNTIME_PROGRAM_NOT_FOUND",
    asked,
    happened: `the program ${file} was not found`,
    hint: hint ?? `install ${file}, or put its directory on PATH`,
    data: { program: file },
  });
}

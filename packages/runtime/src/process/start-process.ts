import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import type { Socket } from "node:net";
import { RuntimeError } from "../errors/runtime-error.ts";
import { spawnError } from "../errors/spawn-error.ts";
import { traced } from "../trace/trace.ts";
import { withDeadline, type WaitOptions } from "../waits/deadline.ts";
import { deathSignalPrefix } from "./death-signal.ts";
import { OutputTail } from "./output-tail.ts";
import type {
  OwnedProcess,
  ProcessExit,
  ProcessOptions,
  StopReport,
  StopStep,
} from "./owned-process.ts";
import { requireProgram } from "./run-program.ts";
import { climbDown } from "./stop-ladder.ts";

/**
 * Starts a child process that its caller owns: it is killed by the kernel when the owner dies, whatever the way.
 *
 * `node:child_process` and not execa: the child needs inherited sockets and descriptors as they are.
 *
 * @throws RuntimeError `RUNTIME_PROGRAM_NOT_FOUND`, `RUNTIME_SPAWN_FAILED`.
 */
export async function startProcess(options: ProcessOptions): Promise<OwnedProcess> {
  const asked = `start ${options.name}`;
  const [file, leash] = await Promise.all([
    requireProgram(options.file, asked, options.missingHint),
    options.dieWithParent === false ? [] : deathSignalPrefix(),
  ]);
  const args = options.args ?? [];
  const [program, ...programArgs] = [...leash, file, ...args];
  const channels = Array.from({ length: options.channels ?? 0 }, () => "pipe" as const);
  const sinceMs = performance.now();
  let child: ChildProcess;
  try {
    // Throws itself where a command line is too long.
    child = spawn(program as string, programArgs, {
      stdio: [
        options.stdin ?? "ignore",
        "pipe",
        "pipe",
        ...channels,
        ...(options.inheritFds ?? []),
      ],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      // A session of its own: Ctrl-C on the terminal reaches the owner, who decides.
      detached: true,
    });
    await traced(
      () => ({ group: options.name, lane: "process", name: "spawn", sinceMs }),
      () =>
        new Promise<void>((resolve, reject) => {
          child.once("spawn", resolve);
          child.once("error", reject);
        }),
    );
  } catch (cause) {
    throw spawnError(asked, [file, ...args], cause);
  }
  const owner = new ChildOwner(child, options, [file, ...args], channels.length);
  const details = { pid: owner.pid, command: owner.command };
  void traced(
    () => ({ group: options.name, lane: "process", name: options.name, details, sinceMs }),
    () => owner.exited,
  );
  return owner;
}

class ChildOwner implements OwnedProcess {
  readonly pid: number;
  readonly name: string;
  readonly command: readonly string[];
  readonly stdin: OwnedProcess["stdin"];
  readonly stdout: OwnedProcess["stdout"];
  readonly stderr: OwnedProcess["stderr"];
  readonly channels: readonly Socket[];
  readonly exited: Promise<ProcessExit>;
  readonly #child: ChildProcess;
  readonly #tail = new OutputTail();
  #ended: ProcessExit | undefined;
  #stopping: Promise<StopReport> | undefined;

  constructor(
    child: ChildProcess,
    options: ProcessOptions,
    command: readonly string[],
    channelCount: number,
  ) {
    if (child.pid === undefined || child.stdout === null || child.stderr === null) {
      throw new TypeError("a spawned child has a pid and its streams");
    }
    this.#child = child;
    this.pid = child.pid;
    this.name = options.name;
    this.command = command;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    this.channels = child.stdio.slice(3, 3 + channelCount) as unknown as Socket[];
    // A child that dies breaks its pipes; `exited` is how that is told.
    for (const stream of [child.stdin, ...this.channels]) stream?.on("error", () => {});
    const log =
      options.outputFile === undefined
        ? undefined
        : createWriteStream(options.outputFile, { flags: "a", mode: 0o600 });
    log?.on("error", () => {});
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.#tail.push(chunk.toString());
        log?.write(chunk);
      });
    }
    this.exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        this.#ended = { code, signal };
        resolve(this.#ended);
      });
    });
    child.once("close", () => log?.end());
  }

  recentOutput(): string {
    return this.#tail.toString();
  }

  whileAlive<T>(
    asked: string,
    work: (signal: AbortSignal) => Promise<T>,
    wait: WaitOptions = {},
  ): Promise<T> {
    return withDeadline(
      asked,
      (signal) => {
        const running = work(signal);
        running.catch(() => {});
        return Promise.race([running, this.exited.then((exit) => this.#failExited(asked, exit))]);
      },
      wait,
    );
  }

  async #failExited(asked: string, exit: ProcessExit): Promise<never> {
    // What it said last may still be in the pipe.
    await new Promise((resolve) => setImmediate(resolve));
    const output = this.recentOutput().trim();
    throw new RuntimeError({
      code: "RUNTIME_PROCESS_EXITED",
      asked,
      happened: `${this.name} ended with ${exit.signal ?? `code ${exit.code}`}${output === "" ? "" : `: ${output.slice(-2000)}`}`,
      data: { command: this.command, exit, recentOutput: output },
    });
  }

  stop(before: readonly StopStep[] = []): Promise<StopReport> {
    this.#stopping ??= climbDown({
      steps: [
        ...before,
        { name: "SIGTERM", attempt: () => void this.#child.kill("SIGTERM"), graceMs: 2000 },
        { name: "SIGKILL", attempt: () => void this.#child.kill("SIGKILL"), graceMs: Infinity },
      ],
      exited: this.exited,
      ended: () => this.#ended,
    });
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { poll } from "@winvm/runtime";
import { testStore } from "@winvm/test-kit";

const main = join(import.meta.dirname, "../../src/main.ts");

/** How the command line is called. */
export interface CallOptions {
  readonly store?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Words that go before it: a program that starts it. */
  readonly within?: readonly string[];
}

/** What came of it. */
export interface CallResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** The events of `--json`. */
  events(): readonly Record<string, unknown>[];
  /** The last of them. */
  outcome(): Record<string, unknown>;
}

/** The real command line, from its sources, as a process of its own. */
export function startWinvm(args: readonly string[], options: CallOptions = {}): ChildProcess {
  const store = options.store ?? testStore();
  const program = [process.execPath, "--conditions=@winvm/source", main, "--store", store];
  const [file = "", ...words] = [...(options.within ?? []), ...program, ...args];
  const child = spawn(file, words, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  child.stdin?.on("error", () => {});
  child.stdin?.end(options.input);
  return child;
}

/** Runs it to its end. */
export async function winvm(
  args: readonly string[],
  options: CallOptions = {},
): Promise<CallResult> {
  return finish(startWinvm(args, options));
}

/** Waits for the end of one that was started. */
export async function finish(child: ChildProcess): Promise<CallResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  const bytes = Buffer.concat(stdout);
  const events = () =>
    bytes
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    code,
    signal,
    stdout: bytes,
    stderr: Buffer.concat(stderr).toString(),
    events,
    outcome: () => events().at(-1) ?? {},
  };
}

/** Waits until there is something to be seen of what one that was started does; it is ended where it never comes. */
export async function until(
  child: ChildProcess,
  what: string,
  seen: (pid: number) => boolean,
  timeoutMs = 4 * 60_000,
): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    if (seen(child.pid ?? 0)) return true;
    if (child.exitCode === null && child.signalCode === null) return undefined;
    throw new Error(`it ended before there was ${what}`);
  };
  try {
    await poll(`wait until there is ${what}`, look, { intervalMs: 20, timeoutMs });
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** The command lines of the machines and switches that belong to a store or to a process. */
export function machinesOf(text: string): readonly string[] {
  const found: string[] = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      if (/qemu-system|vde_switch/.test(command) && command.includes(text)) found.push(command);
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** Children of a process, all the way down. */
export function descendants(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const walk = (of: number): number[] =>
    (children.get(of) ?? []).flatMap((child) => [child, ...walk(child)]);
  return walk(pid);
}

/** The machines below a process whose name begins so: `reference` is the guest's, of every clone. */
export function machinesBelow(pid: number, name = ""): readonly number[] {
  return descendants(pid).filter((child) => {
    try {
      return readFileSync(`/proc/${child}/cmdline`, "utf8").includes(`guest=winvm-${name}`);
    } catch {
      return false;
    }
  });
}

/** Whether a process runs; a zombie does not. */
export function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

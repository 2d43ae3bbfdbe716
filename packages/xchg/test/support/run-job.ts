import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { temporaryDirectory } from "@winvm/test-kit";
import { expect } from "vitest";
import {
  createExchange,
  LastWord,
  sharesReady,
  standingRunner,
  StandingOutput,
  type Exchange,
  type Job,
  type JobOutcome,
  type StagedJob,
} from "../../src/index.ts";
import { Collector } from "./collector.ts";
import { slotPlaces } from "../../src/shares/places.ts";

export const nonce = "nonce-0123456789";

/** The host, arranged so that the runner takes it for a guest. */
export interface FakeGuest {
  readonly root: string;
  readonly exchange: Exchange;
  readonly drives: string;
  readonly mounts: string;
  /** Whether the runner is started for the job or has stood by for it. */
  readonly way: Way;
}

export type Way = "started for the job" | "standing by";

export async function fakeGuest(way: Way = "started for the job"): Promise<FakeGuest> {
  const root = temporaryDirectory();
  const [drives, mounts] = [join(root, "cygdrive"), join(root, "mnt")];
  mkdirSync(join(drives, "c", "winvm"), { recursive: true });
  for (const { tag } of slotPlaces) mkdirSync(join(mounts, tag), { recursive: true });
  return { root, exchange: await createExchange(join(root, "xchg")), drives, mounts, way };
}

export interface RunnerResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly log: string;
  /** What a runner that stood by has told of the command's end. */
  readonly record?: string | undefined;
}

interface RunOptions {
  readonly input?: string | undefined;
  readonly env?: Record<string, string> | undefined;
  /** Called with the runner's process id when it stands by. */
  readonly onReady?: ((pid: number) => void | Promise<void>) | undefined;
}

/** Has a runner stand by, and gives it the job. */
export async function startStanding(
  guest: FakeGuest,
  staged: StagedJob,
  options: RunOptions,
): Promise<RunnerResult> {
  const { directory } = guest.exchange;
  const text = (await standingRunner()).replaceAll("/dev/shm/winvm-job", join(guest.root, "job"));
  // As an earlier one has left it.
  mkdirSync(join(guest.root, "job"), { recursive: true });
  // Without --norc bash takes a socket for an rsh daemon's.
  const child = spawn("/bin/bash", ["--norc", "-c", text], { env: runnerEnv(guest, options.env) });
  child.stdin.on("error", () => {});
  await once(child.stdout, "readable");
  expect(String(child.stdout.read())).toBe("ready\n");
  await options.onReady?.(child.pid ?? 0);
  child.stdin.write(staged.speech);
  child.stdin.write(sharesReady);
  child.stdin.end(options.input ?? "");
  const [stdout, stderr] = [new Collector(), new Collector()];
  const output = child.stdout.pipe(new StandingOutput(nonce, stdout));
  const errors = child.stderr.pipe(new LastWord(nonce, stderr));
  const [[code]] = (await Promise.all([
    once(child, "close"),
    finished(output),
    finished(errors),
  ])) as [[number], void, void];
  expect((await output.started).epoch).toBeGreaterThan(1_700_000_000);
  const log = join(directory, "log", "runner.log");
  return {
    code,
    stdout: stdout.bytes,
    stderr: String(stderr.bytes),
    log: existsSync(log) ? readFileSync(log, "utf8") : "",
    record: errors.record,
  };
}

function runnerEnv(guest: FakeGuest, env: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    WINVM_XCHG: guest.exchange.directory,
    WINVM_CYGDRIVE: guest.drives,
    WINVM_MOUNTS: guest.mounts,
    ...env,
  };
}

/** Runs what is staged. */
export function startRunner(
  guest: FakeGuest,
  options: {
    readonly input?: string | undefined;
    readonly env?: Record<string, string> | undefined;
    readonly nonce?: string | undefined;
  } = {},
): Promise<RunnerResult> {
  const { directory } = guest.exchange;
  const child = spawn("/bin/bash", [join(directory, "job", "run-job.sh"), options.nonce ?? nonce], {
    env: runnerEnv(guest, options.env),
  });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const log = readFileSync(join(directory, "log", "runner.log"), "utf8");
      resolve({
        code,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString(),
        log,
      });
    });
  });
}

/** Stages a job, runs it, reads how it ended. */
export async function runJob(
  guest: FakeGuest,
  job: Job,
  options: RunOptions = {},
): Promise<RunnerResult & { readonly outcome: JobOutcome | undefined }> {
  const shares = [
    { name: "xchg", guestPath: guest.exchange.directory, letter: "X" },
    { name: "data", guestPath: join(guest.mounts, "slot1"), letter: "T" },
    { name: "slot2", guestPath: join(guest.mounts, "slot2"), letter: "U" },
  ];
  const staged = await guest.exchange.stageJob(job, { nonce, shares });
  const standing = guest.way === "standing by";
  const result = await (standing
    ? startStanding(guest, staged, options)
    : startRunner(guest, options));
  return { ...result, outcome: await guest.exchange.readOutcome(nonce, result.record) };
}

/** A command that runs a text of the host's bash as a program. */
export function bash(text: string, ...args: string[]): Job["command"] {
  return { kind: "argv", argv: ["bash", "-c", text, "bash", ...args] };
}

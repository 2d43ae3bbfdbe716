import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { createExchange, type Exchange, type Job, type JobOutcome } from "../../src/index.ts";
import { slotPlaces } from "../../src/shares/places.ts";

export const nonce = "nonce-0123456789";

/** The host, arranged so that the runner takes it for a guest. */
export interface FakeGuest {
  readonly root: string;
  readonly exchange: Exchange;
  readonly drives: string;
  readonly mounts: string;
}

export async function fakeGuest(): Promise<FakeGuest> {
  const root = temporaryDirectory();
  const [drives, mounts] = [join(root, "cygdrive"), join(root, "mnt")];
  mkdirSync(join(drives, "c", "winvm"), { recursive: true });
  for (const { tag } of slotPlaces) mkdirSync(join(mounts, tag), { recursive: true });
  return { root, exchange: await createExchange(join(root, "xchg")), drives, mounts };
}

export interface RunnerResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly log: string;
}

/** Runs what is staged. */
export function startRunner(
  guest: FakeGuest,
  options: { input?: string | undefined; env?: Record<string, string>; nonce?: string } = {},
): Promise<RunnerResult> {
  const { directory } = guest.exchange;
  const child = spawn("/bin/bash", [join(directory, "job", "run-job.sh"), options.nonce ?? nonce], {
    env: {
      PATH: process.env["PATH"] ?? "",
      WINVM_XCHG: directory,
      WINVM_CYGDRIVE: guest.drives,
      WINVM_MOUNTS: guest.mounts,
      ...options.env,
    },
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
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<RunnerResult & { readonly outcome: JobOutcome | undefined }> {
  const shares = [
    { name: "xchg", guestPath: guest.exchange.directory, letter: "X" },
    { name: "data", guestPath: join(guest.mounts, "slot1"), letter: "T" },
    { name: "slot2", guestPath: join(guest.mounts, "slot2"), letter: "U" },
  ];
  await guest.exchange.stageJob(job, { nonce, shares });
  const result = await startRunner(guest, options);
  return { ...result, outcome: await guest.exchange.readOutcome(nonce) };
}

/** A command that runs a text of the host's bash as a program. */
export function bash(text: string, ...args: string[]): Job["command"] {
  return { kind: "argv", argv: ["bash", "-c", text, "bash", ...args] };
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, type Writable } from "node:stream";
import { temporaryDirectory } from "@winvm/test-kit";
import { createExchange, LastWord, sharesReady, standingRunner, StandingOutput } from "@winvm/xchg";
import { expect, onTestFinished, test } from "vitest";
import { afterLastWord } from "../src/job/after-last-word.ts";

const nonce = "nonce-0123456789";

/** A runner that stands by on this host, and is given a job for bash; its streams are told apart as in a run. */
async function runStanding(script: string, stdout: Writable, stderr?: Writable) {
  const root = temporaryDirectory();
  const exchange = await createExchange(join(root, "xchg"));
  const own = join(root, "job");
  mkdirSync(own);
  const command = (await standingRunner()).replaceAll("/dev/shm/winvm-job", own);
  const child = spawn("/bin/bash", ["--norc", "-c", command], {
    detached: true,
    env: { PATH: process.env["PATH"] ?? "", WINVM_XCHG: exchange.directory, WINVM_MOUNTS: root },
  });
  onTestFinished(() => void process.kill(-(child.pid ?? 0), "SIGKILL"));
  await once(child.stdout, "readable");
  expect(String(child.stdout.read())).toBe("ready\n");
  const job = { command: { kind: "argv", argv: ["bash", "-c", script] } } as const;
  child.stdin.end(
    Buffer.concat([
      (await exchange.stageJob(job, { nonce, shares: [] })).speech,
      Buffer.from(sharesReady),
    ]),
  );
  const output = child.stdout.pipe(new StandingOutput(nonce, stdout));
  const errors = child.stderr.pipe(new LastWord(nonce, stderr));
  return { exchange, output, errors };
}

test("a command has ended with its code though what it has left running holds its streams", async () => {
  const stdout = new PassThrough();
  const { exchange, output, errors } = await runStanding("sleep 600 & echo said; exit 7", stdout);
  await afterLastWord(output, errors, AbortSignal.timeout(60_000));
  expect(output.writableEnded).toBe(false);
  const outcome = await exchange.readOutcome(nonce, errors.record);
  expect(outcome).toEqual({ kind: "exited", exitCode: 7 });
  expect(String(stdout.read())).toBe("said\n");
}, 60_000);

test("what writes on without end does not keep it; who reads slowly gets all of it", async () => {
  const stdout = new PassThrough();
  const script = "(while echo more; do sleep 0.1; done) & head -c 150000 /dev/zero; exit 3";
  const { exchange, output, errors } = await runStanding(script, stdout);
  let ended = false;
  const over = (async () => {
    await afterLastWord(output, errors, AbortSignal.timeout(60_000));
    ended = true;
  })();
  await errors.told;
  // Longer than the quiet that is waited for.
  await new Promise((resolve) => setTimeout(resolve, 3500));
  expect(ended).toBe(false);
  let zeros = 0;
  stdout.on("data", (chunk: Buffer) => {
    for (const byte of chunk) zeros += byte === 0 ? 1 : 0;
  });
  await over;
  expect(zeros).toBe(150_000);
  expect(await exchange.readOutcome(nonce, errors.record)).toEqual({ kind: "exited", exitCode: 3 });
}, 60_000);

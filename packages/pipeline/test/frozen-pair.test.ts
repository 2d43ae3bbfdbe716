import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { temporaryDirectory, testStore } from "@winvm/test-kit";
import { LastWord, sharesReady, StandingOutput, type Job } from "@winvm/xchg";
import { beforeAll, describe, expect, test } from "vitest";
import { openCloneDirectory, revive, type Clone } from "../src/clone/revive.ts";
import { openContext, type Context } from "../src/context.ts";
import { suspend, type PipelineError } from "../src/index.ts";
import { passSealGate } from "../src/stages/seal-gate.ts";
import type { StateFacts } from "../src/stages/freeze/state-facts.ts";
import { stateFiles } from "../src/store/layout.ts";
import type { StoreEntry } from "../src/store/store.ts";

const minutes = 60_000;

async function guestSays(clone: Clone, command: string): Promise<string> {
  const stdout = new PassThrough();
  const said = stdout.setEncoding("utf8").toArray();
  await clone.controller.guest(command, { stdout, timeoutMs: minutes });
  stdout.end();
  return (await said).join("");
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

describe("a frozen pair", { tags: ["vm"], timeout: 5 * minutes }, () => {
  let context: Context;
  let state: StoreEntry;
  let facts: StateFacts;

  beforeAll(async () => {
    const { key } = await suspend({}, { store: testStore() });
    context = await openContext({ store: testStore() });
    state = (await context.store.find("states", key)) as StoreEntry;
    facts = state.manifest.facts as unknown as StateFacts;
  }, 30 * minutes);

  async function reviveOne(): Promise<Clone> {
    const place = await openCloneDirectory(context, state.manifest.key, []);
    const clone = await revive(context, await context.host(), state, place, () => {});
    await clone.mounted;
    return clone;
  }

  test("its SSH and SMB connections go on after the revival, without a new handshake", async () => {
    await using clone = await reviveOne();
    // Both ends of the TCP connection, so also the ports: it is the one that was frozen.
    expect(await guestSays(clone, 'printf %s "$SSH_CONNECTION"')).toBe(facts.sealed.sshConnection);
    // The guest reads and writes through SMB; the session is served by the smbd process that was frozen.
    expect(await guestSays(clone, "echo hello >/tmp/xchg/out/file && cat /tmp/xchg/out/file")).toBe(
      "hello\n",
    );
    // What stood in for the exchange directory through the freeze is gone.
    expect((await guestSays(clone, "ls /tmp/xchg")).split("\n")).not.toContain("standby");
    const { sessions } = await clone.controller.sambaStatus();
    expect(sessions.map(({ id, serverPid }) => ({ id, serverPid }))).toEqual(
      facts.sealed.smbSessions,
    );
  });

  test("the runner that stood by at the freeze runs the job; it can be used once", async () => {
    await using clone = await reviveOne();
    const { controller, exchange } = clone;
    expect(controller.hasStanding).toBe(true);
    const runner = await guestSays(clone, "pgrep -f 'set -- --stand-by' | head -n 1");
    const nonce = "nonce-0123456789";
    const job: Job = { command: { kind: "argv", argv: ["bash", "-c", "echo $PPID; exit 9"] } };
    const { speech } = await exchange.stageJob(job, { nonce, shares: clone.shares });
    const said = new PassThrough();
    const output = new StandingOutput(nonce, said);
    const errors = new LastWord(nonce);
    const first = Readable.from([speech, sharesReady]);
    const streams = { first, stdout: output, stderr: errors };
    expect(await controller.guestStanding(streams)).toMatchObject({ code: 9 });
    expect(String(said.read())).toBe(runner);
    expect(await exchange.readOutcome(nonce)).toBeUndefined();
    expect(await exchange.readOutcome(nonce, errors.record)).toEqual({
      kind: "exited",
      exitCode: 9,
    });
    await expect(controller.guestStanding()).rejects.toMatchObject({ code: "CONTROLLER_INVALID" });
  });

  test("the gate before the freeze names everything that is not as declared", async () => {
    await using clone = await reviveOne();
    const elsewhere = temporaryDirectory();
    const shares = clone.shares
      .filter(({ tag }) => tag === "xchg" || tag === "slot1")
      .map((share) =>
        share.tag === "xchg"
          ? { ...share, readOnly: true }
          : { ...share, directory: elsewhere, readOnly: false },
      );
    const { controller, exchange } = clone;
    const signal = AbortSignal.timeout(2 * minutes);
    const gate = passSealGate({ controller, exchange, shares, nonce: "gate0123", signal });
    const error = (await gate.catch((thrown: unknown) => thrown)) as PipelineError;
    expect(error.code).toBe("PIPELINE_SUSPEND_FAILED");
    const faults = error.data["faults"] as readonly { path: string }[];
    expect(faults.map(({ path }) => path)).toEqual(["xchg write", "slot1 read", "slot1 write"]);
    expect(error.message).toContain("slot1 write");
  });

  test("three clones live at once, apart from each other, and leave the state as it was", async () => {
    const files = [stateFiles.guestMemory, stateFiles.controllerMemory, stateFiles.disk];
    const hashes = () => Promise.all(files.map((name) => hashOf(join(state.directory, name))));
    const before = await hashes();
    const clones = await Promise.all([1, 2, 3].map(() => reviveOne()));
    try {
      await Promise.all(
        clones.map(async (clone, n) => {
          await guestSays(clone, `echo ${n} >/tmp/mine; echo ${n} >/tmp/xchg/out/mine; sync`);
        }),
      );
      const said = await Promise.all(
        clones.map((clone) => guestSays(clone, "cat /tmp/mine /tmp/xchg/out/mine")),
      );
      expect(said).toEqual(["0\n0\n", "1\n1\n", "2\n2\n"]);
    } finally {
      await Promise.all(clones.map((clone) => clone[Symbol.asyncDispose]()));
    }
    expect(await hashes()).toEqual(before);
  });

  test("every clone starts at the same time of the same clock", async () => {
    const times: number[] = [];
    for (let n = 0; n < 2; n += 1) {
      await using clone = await reviveOne();
      times.push(Number(await guestSays(clone, "date +%s")));
    }
    for (const time of times) {
      expect(time).toBeGreaterThanOrEqual(facts.sealed.guestEpoch);
      expect(time).toBeLessThan(facts.sealed.guestEpoch + 60);
    }
  });
});

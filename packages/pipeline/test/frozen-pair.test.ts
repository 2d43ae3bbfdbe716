import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { join } from "node:path";
import { testStore } from "@winvm/test-kit";
import { beforeAll, describe, expect, test } from "vitest";
import { openCloneDirectory, revive, type Clone } from "../src/clone/revive.ts";
import { openContext, type Context } from "../src/context.ts";
import { suspend } from "../src/index.ts";
import type { StateFacts } from "../src/stages/suspend.ts";
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
    return revive(context, await context.host(), state, place, () => {});
  }

  test("its SSH and SMB connections go on after the revival, without a new handshake", async () => {
    await using clone = await reviveOne();
    // Both ends of the TCP connection, so also the ports: it is the one that was frozen.
    expect(await guestSays(clone, 'printf %s "$SSH_CONNECTION"')).toBe(facts.sealed.sshConnection);
    // The guest reads and writes through SMB; the session is served by the smbd process that was frozen.
    expect(await guestSays(clone, "echo hello >/tmp/xchg/out/file && cat /tmp/xchg/out/file")).toBe(
      "hello\n",
    );
    const { sessions } = await clone.controller.sambaStatus();
    expect(sessions.map(({ id, serverPid }) => ({ id, serverPid }))).toEqual(
      facts.sealed.smbSessions,
    );
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

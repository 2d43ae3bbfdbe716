import { connect } from "node:net";
import { join } from "node:path";
import { temporaryDirectory, testStore } from "@winvm/test-kit";
import { expect, onTestFinished, test } from "vitest";
import { openContext } from "../../src/context.ts";
import { poolJobOf, poolProtocol, type FromPool, type ToPool } from "../../src/pool/messages.ts";
import { poolDirectory, poolKey } from "../../src/pool/pool-place.ts";
import { startPool } from "../../src/pool/start-pool.ts";
import { talkOver } from "../../src/pool/talk.ts";
import { findState } from "../../src/states/find-state.ts";

test(
  "a pair that was taken does its job, also where the pool is stopped before it wakes",
  { tags: ["vm"], timeout: 1_800_000 },
  async () => {
    const context = await openContext({ store: testStore() });
    const state = await findState(context, { guest: "reference" });
    // A share of its own: other tests' runs on this store must not find the pool.
    const shares = [{ name: "stopped", directory: temporaryDirectory(), readOnly: true }];
    const pool = await startPool(context, { state, shares, size: 1, idleMs: 600_000 });
    onTestFinished(() => pool[Symbol.asyncDispose]());
    const socket = join(
      poolDirectory(context.store.layout, poolKey(state.manifest.key, shares)),
      "socket",
    );
    const run = talkOver<FromPool, ToPool>(connect(socket));
    const job = poolJobOf({
      job: { command: { kind: "argv", argv: ["sh", "-c", "sleep 1; echo done; exit 4"] } },
    });
    const { createdAt: stateCreatedAt } = state.manifest;
    run.say({ type: "run", protocol: poolProtocol, stateCreatedAt, job });
    const output: Buffer[] = [];
    let outcome: unknown;
    for await (const heard of run.heard) {
      if (heard.kind === "stdout") output.push(Buffer.from(heard.payload));
      if (heard.kind !== "message") continue;
      if (heard.message.type === "taken") {
        await firstAnswer(socket, { type: "stop", now: false });
        run.say({ type: "go" });
      } else if (heard.message.type === "result") {
        ({ outcome } = heard.message.result);
        break;
      }
    }
    expect(outcome).toMatchObject({ kind: "exited", exitCode: 4 });
    expect(Buffer.concat(output).toString()).toBe("done\n");
  },
);

/** Says something to a pool, and leaves with its first word. */
async function firstAnswer(socket: string, said: ToPool): Promise<unknown> {
  const talk = talkOver<FromPool, ToPool>(connect(socket));
  talk.say(said);
  for await (const answer of talk.heard) return answer;
  throw new Error("the pool did not answer");
}

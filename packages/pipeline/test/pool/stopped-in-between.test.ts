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
    let output = "";
    for await (const heard of run.heard) {
      if (heard.kind === "stdout") output += Buffer.from(heard.payload).toString();
      if (heard.kind !== "message") continue;
      const { message } = heard;
      if (message.type === "taken") {
        const stop = talkOver<FromPool, ToPool>(connect(socket));
        stop.say({ type: "stop", now: false });
        for await (const answer of stop.heard) {
          expect(answer).toMatchObject({ message: { type: "stopping" } });
          break;
        }
        run.say({ type: "go" });
      } else if (message.type === "result") {
        expect(message.result.outcome).toMatchObject({ kind: "exited", exitCode: 4 });
        expect(output).toBe("done\n");
        return;
      }
    }
    expect.unreachable("no result came");
  },
);

import { run } from "@winvm/pipeline";
import type { Benchmark } from "../benchmark.ts";
import { openInstalled } from "../installed.ts";
import { firstByte } from "./first-byte.ts";
import { makeOriginalState } from "../original/make-state.ts";
import { reviveOriginal } from "../original/revive.ts";

/** The command of both sides: it does nothing but answer. */
export const noOp = { command: { kind: "argv", argv: ["echo", "here"] } } as const;

/** From the spawn of the first process to the first byte of a no-op's answer: ours and the way of 2014. */
export const revive: Benchmark = {
  rounds: 5,
  async open(context, stack) {
    const installed = await openInstalled(context);
    const original = await makeOriginalState(installed, context, stack);
    return [
      {
        name: "revive",
        unit: "ms",
        ours: { label: "frozen pair", measure: () => reviveOurs(context.store) },
        baseline: {
          label: "2014: gzip stream, fresh controller",
          measure: () => reviveOriginal(original, noOp),
        },
        target: {
          text: "< 1 s and ≥ 50 ×",
          met: ({ ours, baseline }) => ours < 1000 && baseline / ours >= 50,
        },
      },
    ];
  },
};

async function reviveOurs(store: string | undefined): Promise<number> {
  let spawnedAt: number | undefined;
  const answer = firstByte();
  const { outcome } = await run(
    { job: noOp, stdout: answer.sink },
    {
      store,
      onEvent: (event) => {
        // The spawn itself is not told, but how long ago it was.
        if (event.type === "job:start") spawnedAt = performance.now() - event.reviveMs;
      },
    },
  );
  if (outcome.kind !== "exited" || outcome.exitCode !== 0 || spawnedAt === undefined) {
    throw new Error(`a revival ended as ${JSON.stringify(outcome)}`);
  }
  return answer.at() - spawnedAt;
}

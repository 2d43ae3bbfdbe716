import { run, type GuestRequest } from "@winvm/pipeline";
import type { Benchmark } from "../benchmark.ts";
import type { Contest } from "../harness/rounds.ts";
import { openInstalled } from "../installed.ts";
import { firstByte } from "./first-byte.ts";
import { makeOriginalState } from "../original/make-state.ts";
import { reviveOriginal } from "../original/revive.ts";

/** The command of both sides: it does nothing but answer. */
export const noOp = { command: { kind: "argv", argv: ["echo", "here"] } } as const;

/**
 * What a guest looks like that has worked: it has read every file of its system, as an indexer or a virus scanner does,
 * and its free memory holds what programs that ended have left. A Windows that has been up for a while has hardly a page
 * that was never touched; the reference guest as it is installed uses a tenth of its 2 GiB.
 */
const files = "tar -cf - -C / --exclude=./proc --exclude=./sys --exclude=./dev --one-file-system .";
const work = `for round in 1 2 3 4; do ${files} 2>/dev/null; done | head -c 1500M >/dev/shm/work; rm /dev/shm/work`;

/** From the spawn of the first process to the first byte of a no-op's answer: ours and the way of 2014. */
export const revive: Benchmark = {
  rounds: 10,
  async open(context, stack) {
    const contests: Contest[] = [];
    for (const [name, warmUp] of [
      ["revive", work],
      ["revive, just installed", undefined],
    ] as const) {
      const installed = await openInstalled(context, warmUp);
      const original = await makeOriginalState(installed, context, warmUp, stack);
      contests.push({
        name,
        unit: "ms",
        ours: { label: "frozen pair", measure: () => reviveOurs(context.store, { warmUp }) },
        baseline: {
          label: "2014: gzip stream, fresh controller",
          measure: () => reviveOriginal(original, noOp),
        },
        target: {
          text: "≤ 300 ms and ≥ 100 ×",
          met: ({ ours, baseline }) => ours <= 300 && baseline / ours >= 100,
        },
      });
    }
    return contests;
  },
};

/** From the spawn of the first process to the first byte of a no-op's answer, in milliseconds. */
export async function reviveOurs(store: string | undefined, guest: GuestRequest): Promise<number> {
  let spawnedAt: number | undefined;
  const answer = firstByte();
  const { outcome } = await run(
    { job: noOp, pool: false, ...guest, stdout: answer.sink },
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

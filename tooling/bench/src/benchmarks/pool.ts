import { openPool, run } from "@winvm/pipeline";
import type { Benchmark } from "../benchmark.ts";
import { eventTeller } from "./events.ts";
import { firstByte } from "./first-byte.ts";
import { noOp } from "./revive.ts";

/** How long the pool may take to have a pair ready again. */
const READY_LIMIT_MS = 60_000;

/** From the request to the first byte of a no-op's answer: by a pair that stands ready, and by one that is revived. */
export const pool: Benchmark = {
  rounds: 10,
  async open({ store, tell }, stack) {
    const options = { store, onEvent: eventTeller(tell) };
    const standing = stack.use(await openPool({ size: 1, idleMs: 3_600_000 }, options));
    const measure = async (usePool: boolean): Promise<number> => {
      const limit = performance.now() + READY_LIMIT_MS;
      for (;;) {
        const { ready, making, running } = await standing.report();
        if (ready === 1 && making === 0 && running === 0) break;
        if (performance.now() > limit) throw new Error("no pair stands ready");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const answer = firstByte();
      const since = performance.now();
      const { outcome } = await run({ job: noOp, pool: usePool, stdout: answer.sink }, { store });
      if (outcome.kind !== "exited" || outcome.exitCode !== 0)
        throw new Error(`a run ended as ${JSON.stringify(outcome)}`);
      return answer.at() - since;
    };
    return [
      {
        name: "pool",
        unit: "ms",
        ours: { label: "a pair that stands ready", measure: () => measure(true) },
        baseline: { label: "a pair that is revived", measure: () => measure(false) },
        target: { text: "≤ 100 ms", met: ({ ours }) => ours <= 100 },
      },
    ];
  },
};

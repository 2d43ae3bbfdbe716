import { suspend } from "@winvm/pipeline";
import type { Benchmark } from "../benchmark.ts";
import { eventTeller } from "./events.ts";
import { reviveOurs } from "./revive.ts";

const GiB = 2 ** 30;

/** Whether a revival takes longer with more RAM: the same guest with eight times as much. */
export const memory: Benchmark = {
  rounds: 15,
  async open({ store, tell }) {
    for (const memoryBytes of [GiB, 8 * GiB]) {
      await suspend({ memoryBytes }, { store, onEvent: eventTeller(tell) });
    }
    const withMemory = (memoryBytes: number) => ({
      label: `${memoryBytes / GiB} GiB`,
      measure: () => reviveOurs(store, { memoryBytes }),
    });
    return [
      {
        name: "memory",
        unit: "ms",
        ours: withMemory(8 * GiB),
        baseline: withMemory(GiB),
        ratio: ({ ours, baseline }) => ours / baseline,
        target: {
          text: "8 GiB ≤ 1.15 × the time of 1 GiB",
          met: ({ ours, baseline }) => ours / baseline <= 1.15,
        },
      },
    ];
  },
};

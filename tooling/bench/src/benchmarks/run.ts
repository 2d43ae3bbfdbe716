import { suspend } from "@winvm/pipeline";
import type { Benchmark } from "../benchmark.ts";
import { eventTeller } from "./events.ts";
import { builtCli, requireBuild, timeNode } from "./processes.ts";

/** `winvm run -- true` as a whole process, with everything that is cached in the store. */
export const run: Benchmark = {
  rounds: 10,
  async open({ store, tell }) {
    await requireBuild();
    await suspend({}, { store, onEvent: eventTeller(tell) });
    const where = store === undefined ? [] : ["--store", store];
    return [
      {
        name: "run",
        unit: "ms",
        ours: {
          label: "winvm run -- true",
          measure: () =>
            timeNode([builtCli, "run", "--no-pool", "--quiet", ...where, "--", "true"]),
        },
        target: { text: "< 2.5 s", met: ({ ours }) => ours < 2500 },
      },
    ];
  },
};

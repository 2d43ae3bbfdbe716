import type { Benchmark } from "../benchmark.ts";
import { builtCli, requireBuild, timeNode } from "./processes.ts";

/** `winvm --version` beside a Node that does nothing. */
export const version: Benchmark = {
  rounds: 20,
  async open() {
    await requireBuild();
    return [
      {
        name: "version",
        unit: "ms",
        ours: { label: "winvm --version", measure: () => timeNode([builtCli, "--version"]) },
        baseline: { label: "node -e 0", measure: () => timeNode(["-e", "0"]) },
        target: {
          text: "< 150 ms over bare node",
          met: ({ ours, baseline }) => ours - baseline < 150,
        },
      },
    ];
  },
};

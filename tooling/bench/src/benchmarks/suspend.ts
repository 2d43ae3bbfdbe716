import { suspend as freeze, type StateRecord } from "@winvm/pipeline";
import type { Benchmark } from "../benchmark.ts";
import { eventTeller } from "./events.ts";

/** A state of its own: the one that others use is left as it is. */
const warmUp = "true # the benchmark suspend";

/** How long a pair stands still while it is frozen, and how much is written then. */
export const suspend: Benchmark = {
  // Each one boots the pair.
  rounds: 5,
  async open({ store, tell }) {
    const frozen: StateRecord[] = [];
    const make = async (): Promise<StateRecord> => {
      const state = await freeze({ warmUp, rebuild: true }, { store, onEvent: eventTeller(tell) });
      frozen.push(state);
      return state;
    };
    // Of the freezes that the first contest has made.
    const next = async (): Promise<StateRecord> => frozen.shift() ?? make();
    return [
      {
        name: "suspend",
        unit: "ms",
        ours: {
          label: "both machines stand still",
          measure: async () => measured((await make()).stoppedMs),
        },
        target: { text: "≤ 100 ms", met: ({ ours }) => ours <= 100 },
      },
      {
        name: "device state",
        unit: "MiB",
        ours: {
          label: "the larger of the two",
          measure: async () => {
            const { deviceBytes } = await next();
            return (
              Math.max(measured(deviceBytes?.guest), measured(deviceBytes?.controller)) / 2 ** 20
            );
          },
        },
        target: { text: "≤ 5 MiB per machine", met: ({ ours }) => ours <= 5 },
      },
    ];
  },
};

function measured(figure: number | undefined): number {
  if (figure === undefined) throw new Error("the freeze was not measured");
  return figure;
}

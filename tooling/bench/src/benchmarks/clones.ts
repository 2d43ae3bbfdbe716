import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { suspend } from "@winvm/pipeline";
import type { Benchmark } from "../benchmark.ts";
import type { Contest } from "../harness/rounds.ts";
import { eventTeller } from "./events.ts";
import { privateBytes } from "./private-memory.ts";
import { builtCli, requireBuild, timeNode } from "./processes.ts";

/** Clones of one measurement of the rate. */
const count = 8;

/** How many at once. */
const atOnce = [1, 2, 4, 8] as const;

/** After this long an idle clone does no more than keep its connections. */
const settleMs = 3000;

/**
 * Clones a minute with several at once, beside as many `winvm run` one after the other; and what an idle clone has for
 * itself in memory while seven others are beside it.
 */
export const clones: Benchmark = {
  rounds: 5,
  async open({ store, tell }) {
    await requireBuild();
    await suspend({}, { store, onEvent: eventTeller(tell) });
    const where = store === undefined ? [] : ["--store", store];
    const oneByOne = {
      label: "winvm run, one after the other",
      measure: async (): Promise<number> => {
        let ms = 0;
        for (let at = 0; at < count; at += 1) {
          ms += await timeNode([builtCli, "run", "--no-pool", "--quiet", ...where, "--", "true"]);
        }
        return perMinute(ms);
      },
    };
    const rates = atOnce.map((jobs): Contest => {
      const items = Array.from({ length: count }, (_, index) => String(index + 1));
      const options = ["--quiet", "--jobs", String(jobs), ...where];
      const args = ["map", ...options, "--", "true", "{#}", ":::", ...items];
      return {
        name: `clones, ${jobs} at once`,
        unit: "clones/min",
        ours: {
          label: `winvm map -j ${jobs}`,
          measure: async () => perMinute(await timeNode([builtCli, ...args])),
        },
        // Each beside all of them would measure the same again and again.
        ...(jobs === 2 ? { baseline: oneByOne } : {}),
      };
    });
    return [
      ...rates,
      {
        name: "memory of an idle clone",
        unit: "MiB",
        ours: { label: `private, ${count} at once`, measure: () => idleMemory(where) },
        target: { text: "≤ 64 MiB", met: ({ ours }) => ours <= 64 },
      },
    ];
  },
};

function perMinute(ms: number): number {
  return (count / ms) * 60_000;
}

/** Starts many clones that do nothing, and measures what each has for itself, in MiB. */
async function idleMemory(where: readonly string[]): Promise<number> {
  const items = Array.from({ length: count }, (_, index) => String(index + 1));
  const options = ["--json", "--jobs", String(count), ...where];
  const args = [builtCli, "map", ...options, "--", "sleep", "360{}", ":::", ...items];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  try {
    let begun = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const { type } = JSON.parse(line) as { type: string };
      if (type === "item:job" && ++begun === count) break;
      if (type === "item:end") throw new Error(`an idle clone ended: ${line}`);
    }
    if (begun < count) throw new Error("winvm map ended before all clones ran");
    child.stdout.resume();
    await sleep(settleMs);
    return (await privateBytes(child.pid ?? 0)) / count / 2 ** 20;
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

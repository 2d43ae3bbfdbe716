import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { exportState } from "@winvm/pipeline";
import { runProgram } from "@winvm/runtime";
import type { Benchmark } from "../benchmark.ts";
import { openInstalled } from "../installed.ts";
import { scratchDirectory } from "../scratch.ts";

/** A state written into one file, beside the program zstd on the very bytes that are compressed: without holes and zeros. */
export const exporting: Benchmark = {
  rounds: 5,
  async open(context, stack) {
    const { state } = await openInstalled(context);
    const directory = await scratchDirectory(stack);
    const file = join(directory, "state.winvm");
    const data = join(directory, "data");
    const { dataBytes, sizeBytes } = await exportTo(state.key, file, context.store);
    // The container is a zstd file too: what it decompresses to are the data.
    await runProgram("zstd", ["-dqf", file, "-o", data], { missingHint: "apt install zstd" });
    if ((await stat(data)).size !== dataBytes) throw new Error("these are other data");
    context.tell(`${dataBytes} bytes of data, ${sizeBytes} in the file`);
    const speed = async (work: () => Promise<unknown>): Promise<number> => {
      const started = performance.now();
      await work();
      return dataBytes / 1000 / (performance.now() - started);
    };
    return [
      {
        name: "export",
        unit: "MB/s",
        ours: {
          label: "winvm export",
          measure: () => speed(() => exportTo(state.key, file, context.store)),
        },
        baseline: {
          label: "zstd -T0",
          measure: () => speed(() => compress(data, join(directory, "data.zst"))),
        },
        target: {
          text: "≥ 80 % of zstd -T0",
          met: ({ ours, baseline }) => ours >= 0.8 * baseline,
        },
      },
    ];
  },
};

function exportTo(state: string, to: string, store: string | undefined) {
  return exportState({ state, to }, { store });
}

/** Both sides put their file onto the disk before they have ended. */
async function compress(from: string, to: string): Promise<void> {
  const child = spawn("zstd", ["-T0", "-q", "-c", from], { stdio: ["ignore", "pipe", "inherit"] });
  const output = createWriteStream(to, { flush: true });
  child.stdout.pipe(output);
  const [[code]] = await Promise.all([once(child, "exit"), once(output, "close")]);
  if (code !== 0) throw new Error(`zstd ended with ${String(code)}`);
}

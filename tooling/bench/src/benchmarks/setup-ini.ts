import { readFile } from "node:fs/promises";
import { findReferenceData } from "@winvm/test-kit/reference-data";
import { readSetupIni } from "@winvm/unattend";
import type { Benchmark } from "../benchmark.ts";
import { makeIndex } from "./made-index.ts";

/** A real index, where somebody has put the reference data. */
const real = "cygwin-x86_64-setup-20141015.ini";

/** How much is read in a round, so that a round is longer than a clock is coarse. */
const roundBytes = 50_000_000;

/** As a stream of a file has them. */
const chunkBytes = 1 << 16;

/** The parser of setup.ini beside the least that a reader of lines has to do. */
export const setupIni: Benchmark = {
  rounds: 15,
  async open({ tell }) {
    const found = findReferenceData(real);
    const bytes = found === undefined ? makeIndex(4000) : await readFile(found);
    const what = found === undefined ? "a made-up index" : "the index of 2014-10-15";
    const times = Math.ceil(roundBytes / bytes.length);
    tell(`${what}: ${bytes.length} bytes, ${times} times a round`);
    return [
      {
        name: "setup.ini",
        unit: "MB/s",
        ours: {
          label: `${what}, read in chunks`,
          measure: () =>
            speed(bytes.length * times, async () => {
              for (let time = 0; time < times; time += 1) await readSetupIni(chunksOf(bytes));
            }),
        },
        baseline: {
          label: "decoded and split into lines, at once",
          measure: () =>
            speed(bytes.length * times, () => {
              let lines = 0;
              for (let time = 0; time < times; time += 1) {
                lines += bytes.toString("utf8").split("\n").length;
              }
              if (lines === 0) throw new Error("there are no lines");
            }),
        },
        target: { text: "> 100 MB/s on one core", met: ({ ours }) => ours > 100 },
      },
    ];
  },
};

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** Millions of bytes a second. */
async function speed(bytes: number, work: () => void | Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return bytes / 1000 / (performance.now() - started);
}

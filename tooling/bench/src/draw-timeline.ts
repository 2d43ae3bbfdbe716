// `pnpm bench:timeline TRACE`: a trace of `winvm run --trace TRACE` as a picture, SVG, on standard output.
import { readFile } from "node:fs/promises";
import { describeError } from "@winvm/runtime";
import { timeline, type TraceEvent } from "./plot/timeline.ts";

try {
  const [file, ...more] = process.argv.slice(2);
  if (file === undefined || more.length > 0)
    throw new TypeError("usage: pnpm bench:timeline TRACE");
  const events = JSON.parse(await readFile(file, "utf8")) as readonly TraceEvent[];
  process.stdout.write(timeline(events));
} catch (error) {
  process.stderr.write(`bench: ${describeError(error)}\n`);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}

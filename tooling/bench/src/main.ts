// `pnpm bench`: measures, shows the figures beside their targets. See options.ts for the command line.
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { chooseAccelerator, detectFeatures } from "@winvm/qemu";
import { describeError } from "@winvm/runtime";
import type { Benchmark, BenchContext } from "./benchmark.ts";
import { reportOf, type Setting } from "./harness/report.ts";
import { compete, type Result } from "./harness/rounds.ts";
import { figure, renderTable } from "./harness/table.ts";
import { plotFileName, stripPlot } from "./plot/strip-plot.ts";
import { parseOptions, usage, type BenchmarkName, type BenchOptions } from "./options.ts";

const benchmarks: Readonly<Record<BenchmarkName, () => Promise<Benchmark>>> = {
  version: async () => (await import("./benchmarks/version.ts")).version,
  size: async () => (await import("./benchmarks/size.ts")).size,
  run: async () => (await import("./benchmarks/run.ts")).run,
  clones: async () => (await import("./benchmarks/clones.ts")).clones,
  revive: async () => (await import("./benchmarks/revive.ts")).revive,
  pool: async () => (await import("./benchmarks/pool.ts")).pool,
  memory: async () => (await import("./benchmarks/memory.ts")).memory,
  suspend: async () => (await import("./benchmarks/suspend.ts")).suspend,
  floor: async () => (await import("./benchmarks/floor.ts")).floor,
  export: async () => (await import("./benchmarks/export.ts")).exporting,
  "setup-ini": async () => (await import("./benchmarks/setup-ini.ts")).setupIni,
};

const tell = (text: string): void => void process.stderr.write(`${text}\n`);

async function setting(names: readonly BenchmarkName[]): Promise<Setting> {
  const host = {
    node: process.versions.node,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
  if (names.every((name) => name === "version" || name === "setup-ini")) return host;
  const [{ version: qemu }, { accelerator }] = await Promise.all([
    detectFeatures(),
    chooseAccelerator(),
  ]);
  return { ...host, qemu, accelerator };
}

async function measure(benchmark: Benchmark, options: BenchOptions): Promise<Result[]> {
  await using stack = new AsyncDisposableStack();
  const context: BenchContext = { store: options.store, tell };
  const contests = await benchmark.open(context, stack);
  const results: Result[] = [];
  for (const contest of contests) {
    results.push(
      await compete(contest, options.rounds ?? benchmark.rounds, ({ label, round, value }) =>
        tell(`${contest.name} ${round}: ${label}: ${figure(value)} ${contest.unit}`),
      ),
    );
  }
  return results;
}

async function draw(directory: string, results: readonly Result[], at: Setting): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const result of results) {
    await writeFile(join(directory, plotFileName(result.name)), stripPlot(result, at));
  }
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const results: Result[] = [];
  for (const name of options.names) {
    results.push(...(await measure(await benchmarks[name](), options)));
  }
  const table = `\n${renderTable(results)}\n`;
  (options.json ? process.stderr : process.stdout).write(table);
  if (options.svg !== undefined) await draw(options.svg, results, await setting(options.names));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(reportOf(await setting(options.names), results))}\n`);
  }
}

try {
  await main();
} catch (error) {
  tell(`bench: ${describeError(error)}`);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}

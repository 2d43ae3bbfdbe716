import { parseArgs } from "node:util";

/** The benchmarks there are, in the order in which all of them run. */
export const benchmarkNames = [
  "version",
  "size",
  "run",
  "clones",
  "revive",
  "pool",
  "memory",
  "suspend",
  "floor",
  "setup-ini",
  "export",
] as const;

/** One of {@link benchmarkNames}. */
export type BenchmarkName = (typeof benchmarkNames)[number];

/** What the command line asks for. */
export interface BenchOptions {
  readonly help: boolean;
  readonly names: readonly BenchmarkName[];
  /** Rounds that count; each benchmark has its own number when absent. */
  readonly rounds?: number;
  readonly json: boolean;
  /** A directory for the plots. */
  readonly svg?: string;
  /** The store's directory; winvm's own when absent. */
  readonly store?: string;
}

/** What `--help` prints. */
export const usage: string = `usage: pnpm bench [${benchmarkNames.join("|")}|all]… [--rounds N] [--store DIR] [--svg DIR] [--json]

  version    \`winvm --version\` beside a bare \`node -e 0\`
  size       the controller's image and its boot
  run        \`winvm run -- true\` as a whole process, warm
  clones     clones a minute, 1 to 8 at once, and the memory of an idle one
  revive     from the first spawn to the first byte of a no-op's answer, beside the way of 2014
  pool       the same by a pair that stands ready, beside a revival
  memory     a revival with 8 GiB of RAM beside one with 1 GiB
  suspend    how long a freeze stops the pair, how much it writes
  floor      node, vde_switch and QEMU that do nothing
  export     a state written into one file, beside \`zstd -T0\` on the same bytes
  setup-ini  Cygwin's index read in full, beside its bytes cut into lines

  --rounds N   rounds that count, after one warm-up (default: 5 or more)
  --svg DIR    draw each contest into DIR
  --json       the last line of stdout is one JSON object; the table goes to stderr
`;

/**
 * Reads the command line.
 *
 * @throws TypeError with what is wrong
 */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: "string" },
      store: { type: "string" },
      svg: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const unknown = positionals.filter((name) => name !== "all" && !isBenchmarkName(name));
  if (unknown.length > 0) {
    throw new TypeError(
      `no such benchmark: ${unknown.join(", ")}; there are ${benchmarkNames.join(", ")}`,
    );
  }
  const all = positionals.length === 0 || positionals.includes("all");
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds >= 1)) {
    throw new TypeError(`--rounds takes a whole number from 1, not ${String(values.rounds)}`);
  }
  return {
    help: values.help,
    names: benchmarkNames.filter((name) => all || positionals.includes(name)),
    json: values.json,
    ...(rounds === undefined ? {} : { rounds }),
    ...(values.svg === undefined ? {} : { svg: values.svg }),
    ...(values.store === undefined ? {} : { store: values.store }),
  };
}

function isBenchmarkName(name: string): name is BenchmarkName {
  return (benchmarkNames as readonly string[]).includes(name);
}

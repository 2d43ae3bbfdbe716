import { summarise, type Summary } from "./statistics.ts";

/** Measures once; the answer is in the contest's unit. */
type Measure = () => Promise<number>;

/** One of the two sides of a contest. */
interface Side {
  /** In words: `gzip stream, fresh controller`. */
  readonly label: string;
  readonly measure: Measure;
}

/** Two ways to do the same, or one way alone. */
export interface Contest {
  readonly name: string;
  /** Of `MB/s` and `clones/min` more is better, of the others less. */
  readonly unit: "ms" | "MiB" | "MB/s" | "clones/min";
  readonly ours: Side;
  readonly baseline?: Side;
  readonly target?: Target;
  /** How the medians are compared, where it is not by how many times better ours is. */
  readonly ratio?: (figures: { readonly ours: number; readonly baseline: number }) => number;
}

/** What the result has to be. */
interface Target {
  readonly text: string;
  readonly met: (figures: { readonly ours: number; readonly baseline: number }) => boolean;
}

/** What a contest gave. */
export interface Result {
  readonly name: string;
  readonly unit: Contest["unit"];
  readonly ours: Summary & { readonly label: string };
  readonly baseline?: Summary & { readonly label: string };
  /** How many times better ours is: the baseline's median over ours, of a rate ours over the baseline's; or the contest's own. */
  readonly ratio?: number;
  readonly target?: { readonly text: string; readonly met: boolean };
}

/** Told after each measurement. */
export type Progress = (told: {
  readonly label: string;
  readonly round: number | "warm-up";
  readonly value: number;
}) => void;

/**
 * Measures both sides in turn, after a warm-up of each that does not count. Who begins changes from round to round,
 * so that what one side leaves behind (caches, a warm processor) does not always help the same other side.
 */
export async function compete(
  contest: Contest,
  rounds: number,
  progress: Progress = () => {},
): Promise<Result> {
  const sides = contest.baseline === undefined ? [contest.ours] : [contest.ours, contest.baseline];
  const samples = new Map<Side, number[]>(sides.map((side) => [side, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      // A hundredth of a millisecond is more than a clock under load is good for.
      const value = Math.round((await side.measure()) * 100) / 100;
      progress({ label: side.label, round: round === 0 ? "warm-up" : round, value });
      if (round > 0) samples.get(side)?.push(value);
    }
  }
  return resultOf(contest, samples.get(contest.ours) ?? [], baselineSamples(contest, samples));
}

function baselineSamples(
  { baseline }: Contest,
  samples: ReadonlyMap<Side, readonly number[]>,
): readonly number[] | undefined {
  return baseline === undefined ? undefined : samples.get(baseline);
}

function resultOf(
  contest: Contest,
  oursSamples: readonly number[],
  otherSamples: readonly number[] | undefined,
): Result {
  const { name, unit, target } = contest;
  const ours = { label: contest.ours.label, ...summarise(oursSamples) };
  const baseline =
    contest.baseline === undefined || otherSamples === undefined
      ? undefined
      : { label: contest.baseline.label, ...summarise(otherSamples) };
  const figures = { ours: ours.median, baseline: baseline?.median ?? Number.NaN };
  return {
    name,
    unit,
    ours,
    ...(baseline === undefined ? {} : { baseline, ratio: ratioOf(contest, figures) }),
    ...(target === undefined ? {} : { target: { text: target.text, met: target.met(figures) } }),
  };
}

function ratioOf(
  { unit, ratio }: Contest,
  { ours, baseline }: { ours: number; baseline: number },
): number {
  if (ratio !== undefined) return ratio({ ours, baseline });
  return unit === "MB/s" || unit === "clones/min" ? ours / baseline : baseline / ours;
}

/** What a row of samples says. All in the samples' unit. */
export interface Summary {
  readonly median: number;
  /** A quarter of the samples lies below, a quarter above the other. */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly min: number;
  readonly max: number;
  readonly samples: readonly number[];
}

/**
 * Median and spread. The median and not the mean: a single disturbed round shall not move it.
 *
 * @throws RangeError without samples, or with one that is no finite number
 */
export function summarise(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError("there is nothing to summarise");
  const bad = samples.find((sample) => !Number.isFinite(sample));
  if (bad !== undefined) throw new RangeError(`a sample is ${bad}`);
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    samples,
  };
}

/** Between two samples by linear interpolation (Hyndman and Fan's type 7). */
function quantile(sorted: readonly number[], fraction: number): number {
  const at = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  const between = below + (above - below) * (at - Math.floor(at));
  // Rounding must not push it past a neighbour.
  return Math.min(Math.max(between, below), above);
}

/** Where values lie along a line of pixels. */
export interface Axis {
  readonly logarithmic: boolean;
  /** Values that get a mark, in order, the first and last of them at the ends of the axis. */
  readonly ticks: readonly number[];
  /** 0 at the first tick, 1 at the last. */
  at(value: number): number;
}

/** How far apart values are before a linear axis would press the small ones together. */
const linearSpan = 20;

/**
 * The axis for samples, all above 0: linear from 0, or logarithmic where they are more than twenty times apart. Pure.
 *
 * @throws RangeError without samples, or with one that is not above 0
 */
export function axisFor(samples: readonly number[]): Axis {
  const [low, high] = [Math.min(...samples), Math.max(...samples)];
  if (!(low > 0 && Number.isFinite(high))) throw new RangeError("an axis takes samples above 0");
  return high / low > linearSpan ? logarithmicAxis(low, high) : linearAxis(high);
}

function linearAxis(high: number): Axis {
  const step = niceStep(high / 5);
  const count = Math.max(1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, index) => rounded(index * step));
  const last = count * step;
  return { logarithmic: false, ticks, at: (value) => value / last };
}

function logarithmicAxis(low: number, high: number): Axis {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => rounded(10 ** (from + index)));
  return { logarithmic: true, ticks, at: (value) => (Math.log10(value) - from) / (to - from) };
}

/** 1, 2 or 5 times a power of ten, not below what is asked for. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((step) => step * power >= least * (1 - 1e-9)) ?? 10);
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

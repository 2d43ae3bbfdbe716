/** The longest delay of setTimeout(); what is longer it takes for 1 ms. */
export const longestTimerMs: number = 2 ** 31 - 1;

/**
 * Does something once, so many milliseconds from now, however many; `Infinity` is never.
 *
 * @returns calls it off.
 */
export function startTimer(ms: number, action: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = (left: number): void => {
    const part = Math.min(left, longestTimerMs);
    timer = setTimeout(() => (left > part ? wait(left - part) : action()), part);
  };
  if (ms !== Infinity) wait(ms);
  return () => clearTimeout(timer);
}

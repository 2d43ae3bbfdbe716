/** The most pairs of a pool. */
export const largestPool = 64;

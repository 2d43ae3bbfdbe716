import type { ItemList } from "./item-list.ts";

/** The items of a run of `winvm map`: of each list one value, in the lists' order. */
export interface Items extends AsyncIterable<readonly string[]> {
  /** How many there are; `undefined` while that is not known yet. */
  readonly total: number | undefined;
}

/**
 * All combinations of the lists' values, the last list's changing first, as GNU parallel has them. The first list is taken as
 * it comes, and each of the others more than once.
 */
export function combine(lists: readonly ItemList[]): Items {
  return {
    get total() {
      return lists.reduce<number | undefined>(
        (product, { total }) =>
          product === undefined || total === undefined ? undefined : product * total,
        1,
      );
    },
    [Symbol.asyncIterator]: () => walk([], lists),
  };
}

async function* walk(
  begun: readonly string[],
  [first, ...others]: readonly ItemList[],
): AsyncGenerator<readonly string[]> {
  if (first === undefined) {
    yield begun;
    return;
  }
  for await (const value of first) yield* walk([...begun, value], others);
}

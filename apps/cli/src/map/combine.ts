import type { ItemList } from "./item-list.ts";

/** The items of a run of `winvm map`: of each list one value, in the lists' order. */
export interface Items extends AsyncIterable<readonly string[]> {
  /** How many there are; `undefined` while that is not known yet. */
  readonly total: number | undefined;
  /** Whether one of several lists turned out to have no value, so that there is no item. */
  readonly lacking: boolean;
}

/**
 * All combinations of the lists' values, the last list's changing first, as GNU parallel has them. The first list is taken as
 * it comes, and each of the others more than once. All are begun before there is an item: one that can't be read is told then.
 */
export function combine(lists: readonly ItemList[]): Items {
  const isEmpty = (): boolean => lists.some(({ total }) => total === 0);
  return {
    get lacking() {
      return lists.length > 1 && isEmpty();
    },
    get total() {
      if (isEmpty()) return 0;
      return lists.reduce<number | undefined>(
        (product, { total }) =>
          product === undefined || total === undefined ? undefined : product * total,
        1,
      );
    },
    async *[Symbol.asyncIterator]() {
      await Promise.all(lists.map((list) => list.begin()));
      if (!isEmpty()) yield* walk([], lists);
    },
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

import { abortable } from "@winvm/runtime";

/** Gives the items until the signal is aborted, also while the next one is waited for. What an iterator throws is thrown on. */
export async function* untilAborted<Item>(
  items: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    while (!signal.aborted) {
      const next = await abortable(iterator.next(), signal);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    // One that waits for its source would not return before that gives something.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

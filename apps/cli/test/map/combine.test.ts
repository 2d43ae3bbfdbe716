import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { combine } from "../../src/map/combine.ts";
import { fixedItems, readItems, type ItemList } from "../../src/map/item-list.ts";

const lists = fc.array(fc.array(fc.stringMatching(/^[a-z]{1,2}$/), { maxLength: 4 }), {
  minLength: 1,
  maxLength: 4,
});

test("all combinations, each once, in the order of an odometer", async () => {
  await fc.assert(
    fc.asyncProperty(lists, async (values) => {
      // By place, so that equal values are told apart.
      const places = values.map((list) => list.map((_, index) => String(index)));
      const items = combine(places.map((list) => fixedItems(list)));
      const found = await Array.fromAsync(items);
      const count = values.reduce((product, { length }) => product * length, 1);
      expect(found).toHaveLength(count);
      expect(items.total).toBe(count);
      const numbers = found.map((item) =>
        item.reduce((sum, digit, at) => sum * (values[at]?.length ?? 0) + Number(digit), 0),
      );
      expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index));
    }),
  );
});

test("the same whether lists are given or read, and the first is taken as it comes", async () => {
  await fc.assert(
    fc.asyncProperty(lists, async (values) => {
      const read = values.map((list) => {
        const text = list.map((value) => `${value}\n`).join("");
        return readItems(() => Readable.from([Buffer.from(text)]), false, "a test");
      });
      const given = await Array.fromAsync(combine(values.map((list) => fixedItems(list))));
      const items = combine(read);
      expect(await Array.fromAsync(items)).toEqual(given);
    }),
  );
  const open = new Readable({ read() {} });
  open.push("a\n");
  const items = combine([readItems(() => open, false, "a test"), fixedItems(["1", "2"])]);
  const iterator = items[Symbol.asyncIterator]();
  expect((await iterator.next()).value).toEqual(["a", "1"]);
  expect(items.total).toBeUndefined();
  open.push(null);
  expect((await iterator.next()).value).toEqual(["a", "2"]);
  expect((await iterator.next()).done).toBe(true);
  expect(items.total).toBe(2);
});

const read = (stream: Readable): ItemList => readItems(() => stream, false, "a test");

test("a list that can't be read is told before there is an item, also while another one gives nothing yet", async () => {
  const silent = read(new Readable({ read() {} }));
  const missing = read(createReadStream("/no/such/list"));
  for (const several of [
    [silent, missing],
    [missing, silent],
    [fixedItems(["a"]), silent, missing],
  ]) {
    const first = combine(several)[Symbol.asyncIterator]().next();
    await expect(first).rejects.toMatchObject({ code: "CLI_LIST_UNREADABLE" });
  }
});

test("where one of several lists is empty there is no item, however long another one is", async () => {
  const endless = read(Readable.from(endlessly()));
  const items = combine([endless, fixedItems([])]);
  expect(items.lacking).toBe(true);
  expect(await Array.fromAsync(items)).toEqual([]);
  expect(items.total).toBe(0);
  expect(combine([fixedItems([])]).lacking).toBe(false);
});

async function* endlessly(): AsyncGenerator<Buffer> {
  for (;;) {
    yield Buffer.from("a\n");
    await sleep(5, undefined, { ref: false });
  }
}

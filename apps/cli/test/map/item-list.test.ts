import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixedItems, readItems } from "../../src/map/item-list.ts";

async function itemsOf(bytes: Uint8Array, nul: boolean, pieceBytes = 1): Promise<string[]> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    pieces.push(Buffer.from(bytes.subarray(at, at + pieceBytes)));
  return Array.fromAsync(readItems(() => Readable.from(pieces), nul, "a test"));
}

describe("a list of items", () => {
  test("is lines, or ends with NUL", async () => {
    expect(await itemsOf(Buffer.from("a b\n\nü\r\nlast"), false)).toEqual([
      "a b",
      "",
      "ü\r",
      "last",
    ]);
    expect(await itemsOf(Buffer.from("a\nb\0c\0"), true)).toEqual(["a\nb", "c"]);
    expect(await itemsOf(Buffer.from(""), false)).toEqual([]);
  });

  test("comes back however it is cut", async () => {
    const texts = fc.array(
      fc.string({ unit: fc.constantFrom("a", "\n", "ü", "😀"), maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 7 }), async (items, piece) => {
        const bytes = Buffer.from(items.map((item) => `${item}\0`).join(""));
        expect(await itemsOf(bytes, true, piece)).toEqual(items);
      }),
    );
  });

  test("what is not UTF-8 is refused, after what came before it", async () => {
    const list = readItems(
      () => Readable.from([Buffer.from("a\n"), Buffer.from([0xff, 10])]),
      false,
      "a test",
    );
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const item of list) seen.push(item);
    };
    await expect(read()).rejects.toMatchObject({ code: "CLI_LIST_UNREADABLE" });
    expect(seen).toEqual(["a"]);
  });

  test("its length is known once all of it was read, before all of it is used", async () => {
    expect(fixedItems(["a", "b"]).total).toBe(2);
    const list = readItems(() => Readable.from([Buffer.from("a\nb\nc\n")]), false, "a test");
    expect(list.total).toBeUndefined();
    const iterator = list[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(list.total).toBe(3);
  });
});

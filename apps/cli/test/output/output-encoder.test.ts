import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outputEncoder } from "../../src/output/output-encoder.ts";
import type { OutputEvent } from "../../src/output/output-encoder.ts";

function encode(...pieces: readonly Uint8Array[]): readonly OutputEvent[] {
  const encoder = outputEncoder("stdout");
  return [...pieces.flatMap((piece) => encoder.push(Buffer.from(piece))), ...encoder.end()];
}

function decode(events: readonly OutputEvent[]): Buffer {
  return Buffer.concat(
    events.map(({ data, encoding }) =>
      Buffer.from((JSON.parse(JSON.stringify({ data })) as { data: string }).data, encoding),
    ),
  );
}

describe("outputEncoder", () => {
  test("text comes as text", () => {
    expect(encode(Buffer.from("grün €\n"))).toEqual([
      { type: "output", stream: "stdout", encoding: "utf8", data: "grün €\n" },
    ]);
  });

  test("a byte order mark stays", () => {
    expect(encode(Buffer.from([0xef, 0xbb, 0xbf, 0x61]))).toMatchObject([
      { encoding: "utf8", data: "\ufeffa" },
    ]);
  });

  test("bytes that are no text come as base64", () => {
    expect(encode(Buffer.from([0x61, 0xff, 0x62]))).toMatchObject([
      { encoding: "base64", data: "Yf9i" },
    ]);
  });

  test("the beginning of a character that never ends is not lost", () => {
    expect(encode(Buffer.from([0x61, 0xe2, 0x82]))).toMatchObject([
      { encoding: "utf8", data: "a" },
      { encoding: "base64", data: "4oI=" },
    ]);
  });

  test("text that is cut anywhere stays text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.nat(), (text, at) => {
        const bytes = Buffer.from(text);
        const cut = at % (bytes.length + 1);
        const events = encode(bytes.subarray(0, cut), bytes.subarray(cut));
        expect(events.every(({ encoding }) => encoding === "utf8")).toBe(true);
        expect(decode(events).equals(bytes)).toBe(true);
      }),
    );
  });

  test("any bytes in any pieces come back", () => {
    // Many lead and continuation bytes, so that sequences break at every place.
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0xc2, 0xe2, 0xf0, 0xf4, 0x80, 0xbf, 0xed),
    );
    const piece = fc.array(byte).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(decode(encode(...pieces)).equals(Buffer.concat(pieces))).toBe(true);
      }),
    );
  });
});

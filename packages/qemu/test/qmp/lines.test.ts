import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineSplitter } from "../../src/qmp/lines.ts";

function split(chunks: readonly Uint8Array[], longest?: number): readonly string[] {
  const splitter = new LineSplitter(longest);
  return chunks.flatMap((chunk) => splitter.push(chunk));
}

describe("LineSplitter", () => {
  test.for([
    { why: "CRLF", chunks: ["a\r\nb\r\n"], lines: ["a", "b"] },
    { why: "LF", chunks: ["a\nb\n"], lines: ["a", "b"] },
    { why: "blank lines are dropped", chunks: ["\r\n\na\r\n\r\n"], lines: ["a"] },
    { why: "CR and LF apart", chunks: ["a\r", "\nb\r", "\n"], lines: ["a", "b"] },
    { why: "an unfinished line is kept", chunks: ["a\nb"], lines: ["a"] },
    { why: "empty chunks", chunks: ["", "a", "", "\n", ""], lines: ["a"] },
  ])("$why", ({ chunks, lines }) => {
    expect(split(chunks.map((chunk) => Buffer.from(chunk)))).toEqual(lines);
  });

  test("any cutting and joining of any lines gives the lines", () => {
    const line = fc
      .string({ unit: fc.constantFrom("a", '"', "\\", "\n", "ü", "日", "😀"), minLength: 1 })
      .map((text) => JSON.stringify({ text }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n"))),
        fc.array(fc.nat(2000)),
        (lines, places) => {
          const bytes = Buffer.from(lines.map((parts) => parts.join("")).join(""));
          const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted(
            (a, b) => a - b,
          );
          const chunks = [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index]));
          expect(split(chunks)).toEqual(lines.map(([text]) => text));
        },
      ),
    );
  });

  test("a chunk's memory may be used again", () => {
    const chunk = Buffer.from("abc");
    const splitter = new LineSplitter();
    expect(splitter.push(chunk)).toEqual([]);
    chunk.fill("x");
    expect(splitter.push(Buffer.from("\n"))).toEqual(["abc"]);
    expect(splitter.pendingBytes).toBe(0);
  });

  test("a line may be as long as the limit, not longer", () => {
    expect(split([Buffer.from("1234"), Buffer.from("5\n")], 5)).toEqual(["12345"]);
    expect(() => split([Buffer.from("1234"), Buffer.from("56")], 5)).toThrow(
      expect.objectContaining({ code: "QEMU_QMP_PROTOCOL", data: { longest: 5 } }),
    );
  });

  test("a line in many pieces costs no more than its length", () => {
    const splitter = new LineSplitter();
    const piece = Buffer.alloc(16, "x");
    for (let count = 0; count < 100_000; count += 1) splitter.push(piece);
    expect(splitter.pendingBytes).toBe(1_600_000);
    expect(splitter.push(Buffer.from("\n"))).toEqual(["x".repeat(1_600_000)]);
  });
});

import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ppmToPng } from "../../src/running/png.ts";

/** The pixels of a PNG made of one IDAT and no filters. */
function pixelsOf(png: Buffer): { width: number; height: number; pixels: Buffer } {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const at = png.indexOf("IDAT");
  const lines = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  const rows = Array.from({ length: height }, (_, y) =>
    lines.subarray(y * (width * 3 + 1) + 1, (y + 1) * (width * 3 + 1)),
  );
  return { width, height, pixels: Buffer.concat(rows) };
}

test("every picture keeps its pixels", () => {
  const picture = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([width, height]) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        pixels: fc.uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 }),
      }),
    );
  fc.assert(
    fc.property(picture, ({ width, height, pixels }) => {
      const ppm = Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);
      expect(pixelsOf(ppmToPng(ppm))).toEqual({ width, height, pixels: Buffer.from(pixels) });
    }),
  );
});

test("a comment in the head is skipped", () => {
  expect(pixelsOf(ppmToPng(Buffer.from("P6\n# by hand\n1 1\n255\nabc"))).pixels.toString()).toBe(
    "abc",
  );
});

test.for(["", "P5\n1 1\n255\nabc", "P6\n2 2\n255\nabc", "P6\n1 1\n65535\nabcdef"])(
  "%j is refused",
  (text) => {
    expect(() => ppmToPng(Buffer.from(text))).toThrow(TypeError);
  },
);

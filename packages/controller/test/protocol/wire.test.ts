import fc from "fast-check";
import { expect, test } from "vitest";
import { mpint } from "../../src/protocol/key-exchange.ts";
import { packet, WireError, WireReader } from "../../src/protocol/wire.ts";

test("what is written is read back", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(byte, uint32, fc.boolean(), fc.string(), fc.uint8Array(), (b, u, f, s, bytes) => {
      const reader = new WireReader(
        packet({ byte: b }, { uint32: u }, { boolean: f }, { string: s }, { string: bytes }),
      );
      expect([reader.byte(), reader.uint32(), reader.boolean(), reader.text()]).toEqual([
        b,
        u,
        f,
        s,
      ]);
      expect(reader.string()).toEqual(Buffer.from(bytes));
      expect(reader.left).toBe(0);
    }),
  );
});

test("a string that is longer than the packet is an error", () => {
  expect(() => new WireReader(packet({ uint32: 5 }, { byte: 1 })).string()).toThrow(WireError);
});

// The examples of RFC 4251 §5.
test.each([
  ["00", "00000000"],
  ["09a378f9b2e332a7", "0000000809a378f9b2e332a7"],
  ["80", "000000020080"],
  ["000080", "000000020080"],
])("the number %s is the mpint %s", (number, encoded) => {
  expect(mpint(Buffer.from(number, "hex")).toString("hex")).toBe(encoded);
});

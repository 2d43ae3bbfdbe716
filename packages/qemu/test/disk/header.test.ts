import { describe, expect, test } from "vitest";
import { parseHeader } from "../../src/disk/header.ts";

function qcow2(version: number, backingOffset: bigint, incompatible = 0n): Buffer {
  const header = Buffer.alloc(version === 2 ? 72 : 104);
  header.write("QFI\xfb", "latin1");
  header.writeUInt32BE(version, 4);
  header.writeBigUInt64BE(backingOffset, 8);
  header.writeBigUInt64BE(0x200000n, 24);
  header.writeUInt32BE(2, 36);
  header.writeBigUInt64BE(0x30000n, 40);
  header.writeBigUInt64BE(0x10000n, 48);
  if (version > 2) header.writeBigUInt64BE(incompatible, 72);
  return header;
}

describe("parseHeader", () => {
  test.for<[string, Uint8Array, ReturnType<typeof parseHeader>]>([
    [
      "version 3 without backing",
      qcow2(3, 0n),
      { kind: "qcow2", hasBacking: false, sizeBytes: 0x200000, tablesEnd: 0x30010 },
    ],
    [
      "version 2 over another",
      qcow2(2, 0x70n),
      { kind: "qcow2", hasBacking: true, sizeBytes: 0x200000, tablesEnd: 0x30010 },
    ],
    ["data in another file", qcow2(3, 0n, 4n), { kind: "dataElsewhere" }],
    [
      "dirty, and with its data in itself",
      qcow2(3, 0n, 1n),
      { kind: "qcow2", hasBacking: false, sizeBytes: 0x200000, tablesEnd: 0x30010 },
    ],
    ["a version of the future", qcow2(4, 0n), { kind: "broken" }],
    ["cut off", qcow2(3, 0n).subarray(0, 79), { kind: "broken" }],
    ["an empty file", new Uint8Array(0), { kind: "other" }],
    ["three bytes", Buffer.from("QFI"), { kind: "other" }],
    ["a boot sector", Buffer.from([0xfa, 0x31, 0xc0, 0x8e]), { kind: "other" }],
  ])("%s", ([, bytes, header]) => {
    expect(parseHeader(bytes)).toEqual(header);
  });

  test.each([
    [2, 72],
    [3, 80],
  ])("every prefix of a header of version %i is read without a throw", (version, least) => {
    const whole = qcow2(version, 1n);
    for (let length = 0; length <= whole.length; length += 1) {
      expect(parseHeader(whole.subarray(0, length)).kind).toBe(
        length < 4 ? "other" : length < least ? "broken" : "qcow2",
      );
    }
  });
});

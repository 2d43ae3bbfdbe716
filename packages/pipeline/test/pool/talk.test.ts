import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFrame, FrameReader, type FrameKind } from "../../src/pool/frames.ts";
import { decodeMessage, encodeMessage, type ToPool } from "../../src/pool/messages.ts";
import { poolKey } from "../../src/pool/pool-place.ts";
import { processorTicks } from "../../src/pool/quiet.ts";

const frame = fc.record({
  kind: fc.constantFrom<FrameKind>("message", "stdin", "stdout", "stderr"),
  payload: fc.uint8Array({ maxLength: 300 }),
});

test("frames arrive whole and in order, however their bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 50 })), (frames, cuts) => {
      const bytes = Buffer.concat(frames.map(encodeFrame));
      const reader = new FrameReader();
      const read = [];
      let at = 0;
      for (const length of [...cuts, bytes.length]) {
        read.push(...reader.push(bytes.subarray(at, at + length)));
        at += length;
      }
      expect(read.map(({ kind, payload }) => ({ kind, payload: new Uint8Array(payload) }))).toEqual(
        frames.map(({ kind, payload }) => ({ kind, payload: new Uint8Array(payload) })),
      );
    }),
  );
});

test.each([
  ["an unknown kind", Buffer.from([9, 0, 0, 0, 0])],
  ["a length that nobody sends", Buffer.from([0, 255, 255, 255, 255])],
  ["a browser", Buffer.from("GET / HTTP/1.1\r\n")],
])("%s is no frame", (_what, bytes) => {
  expect(() => new FrameReader().push(bytes)).toThrow(TypeError);
});

test("a job arrives as it was, a script's bytes too", () => {
  const text = new Uint8Array([0, 255, 10, 128]);
  const message: ToPool = {
    type: "run",
    protocol: 1,
    stateCreatedAt: "2026-01-01T00:00:00.000Z",
    job: {
      job: { command: { kind: "script", shell: "cmd", text, args: ["a b", "ü"] }, env: { A: "1" } },
      inputs: "/in",
      umask: 0o27,
      timeoutMs: 5,
      stdin: true,
    },
  };
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
});

test("a variable is never taken for bytes, whatever its name", () => {
  for (const name of ["base64", "bytes", "$bytes"]) {
    const message: ToPool = {
      type: "run",
      protocol: 1,
      stateCreatedAt: "2026-01-01T00:00:00.000Z",
      job: {
        job: { command: { kind: "argv", argv: ["true"] }, env: { [name]: "AAAA" } },
        umask: 0,
        stdin: false,
      },
    };
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  }
});

test("a pool is for one state and the very same shares", () => {
  const share = { name: "data", directory: "/data", readOnly: true };
  const keys = [
    poolKey("aa", []),
    poolKey("bb", []),
    poolKey("aa", [share]),
    poolKey("aa", [{ ...share, readOnly: false }]),
    poolKey("aa", [{ ...share, directory: "/other" }]),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(poolKey("aa", [share])).toBe(poolKey("aa", [{ ...share }]));
});

test("what the kernel tells is read as it writes it", () => {
  expect(processorTicks("7 (a b) c) S 1 7 7 0 -1 4194560 1 0 0 0 31 11 0 0 20")).toBe(42);
});

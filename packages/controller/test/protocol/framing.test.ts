import { duplexPair } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AesGcmFraming, plainFraming } from "../../src/protocol/aes-gcm.ts";
import { FramedTransport } from "../../src/protocol/framed.ts";
import type { Framing } from "../../src/protocol/framed.ts";

const one = { key: Buffer.alloc(16, 1), iv: Buffer.alloc(12, 2) };
const two = { key: Buffer.alloc(16, 3), iv: Buffer.alloc(12, 0xff) };

const framings: readonly (readonly [string, () => readonly [Framing, Framing]])[] = [
  ["plain packets", () => [plainFraming, plainFraming]],
  ["aes128-gcm", () => [new AesGcmFraming(one, two), new AesGcmFraming(two, one)]],
];

describe.each(framings)("%s", (_name, make) => {
  test("come out as they went in, wherever the stream is cut", () => {
    const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 });
    fc.assert(
      fc.property(payloads, fc.array(fc.nat(2000)), (messages, cuts) => {
        const [out, incoming] = make();
        const bytes = Buffer.concat(messages.map((message) => out.seal(message)));
        const [near, far] = duplexPair();
        const transport = new FramedTransport(near, incoming);
        const got: Buffer[] = [];
        transport.receive((payload) => got.push(Buffer.from(payload)));
        const points = [0, ...cuts.toSorted((a, b) => a - b), bytes.byteLength];
        for (const [index, point] of points.entries())
          near.emit("data", bytes.subarray(points[index - 1] ?? 0, point));
        expect(got).toEqual(messages.map((message) => Buffer.from(message)));
        far.destroy();
        transport.close();
      }),
    );
  });
});

test("a changed bit is noticed, and ends the transport", async () => {
  const sealed = new AesGcmFraming(one, two).seal(Buffer.from("payload"));
  for (const at of [5, 12, sealed.byteLength - 1]) {
    const [near] = duplexPair();
    const transport = new FramedTransport(near, new AesGcmFraming(two, one));
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    near.emit("data", changed);
    expect(await transport.closed).toBeInstanceOf(Error);
  }
});

test("a length that can't be ends the transport", async () => {
  const [near] = duplexPair();
  const transport = new FramedTransport(near, new AesGcmFraming(two, one));
  near.emit("data", Buffer.from("ffffffff", "hex"));
  expect((await transport.closed).message).toContain("4294967295");
});

test("a framing goes on from its state", () => {
  const out = new AesGcmFraming(one, two);
  const incoming = new AesGcmFraming(two, one);
  incoming.open(out.seal(Buffer.from("before")));
  const state = out.state();
  const later = new AesGcmFraming(state.out, state.in);
  expect(String(incoming.open(later.seal(Buffer.from("after"))))).toBe("after");
  // What was taken is a copy: the first one going on doesn't move it.
  out.seal(Buffer.from("x"));
  expect(state.out.iv).not.toEqual(out.state().out.iv);
});

test("released bytes go to the next user of the stream", () => {
  const [near] = duplexPair();
  const transport = new FramedTransport(near, plainFraming);
  near.emit("data", Buffer.concat([plainFraming.seal(Buffer.from("x")), Buffer.from("rest")]));
  expect(String(transport.release())).toBe("rest");
  expect(near.isPaused()).toBe(true);
});

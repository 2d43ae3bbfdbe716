import { createPublicKey, verify } from "node:crypto";
import { expect, test } from "vitest";
import { answerAgent } from "../../src/protocol/agent.ts";
import { packet, WireReader } from "../../src/protocol/wire.ts";
import { keyPair } from "../keys.ts";
import { parsePrivateKey } from "../../src/session/private-key.ts";

const pair = keyPair();
const key = parsePrivateKey(pair.private, "test");

test("the lent key is listed", () => {
  const reader = new WireReader(answerAgent(packet({ byte: 11 }), key));
  expect([reader.byte(), reader.uint32()]).toEqual([12, 1]);
  expect(reader.string().toString("base64")).toBe(pair.public.split(" ")[1]);
});

test("without a key none is listed, and nothing signed", () => {
  expect(answerAgent(packet({ byte: 11 }), undefined)).toEqual(packet({ byte: 12 }, { uint32: 0 }));
  const sign = packet({ byte: 13 }, { string: key.publicKey }, { string: "data" }, { uint32: 0 });
  expect(answerAgent(sign, undefined)).toEqual(Buffer.from([5]));
});

test("a signature is one of the key over the data", () => {
  const sign = packet({ byte: 13 }, { string: key.publicKey }, { string: "data" }, { uint32: 0 });
  const reader = new WireReader(answerAgent(sign, key));
  expect(reader.byte()).toBe(14);
  const signature = new WireReader(reader.string());
  expect(signature.text()).toBe("ssh-ed25519");
  const blob = new WireReader(key.publicKey);
  blob.string();
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), blob.string()]);
  const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
  expect(verify(null, Buffer.from("data"), publicKey, signature.string())).toBe(true);
});

test.each([
  ["another key's signature", packet({ byte: 13 }, { string: "other" }, { string: "d" })],
  ["an extension", packet({ byte: 27 }, { string: "session-bind@openssh.com" })],
  ["a cut message", packet({ byte: 13 }, { uint32: 99 })],
  ["nothing", Buffer.alloc(0)],
])("%s is refused", (_what, request) => {
  expect(answerAgent(request, key)).toEqual(Buffer.from([5]));
});

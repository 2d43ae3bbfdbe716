/**
 * How a real QEMU keeps its side of the protocol, as far as the session relies on it. The cases are those of QEMU's own
 * tests/qtest/qmp-test.c, written anew.
 */
import { describe, expect, test, type TestContext } from "vitest";
import { RawQmp, startQemu } from "./real-qemu.ts";

const capabilities = { execute: "qmp_capabilities" };

/** A QEMU that has greeted. */
async function greeted(context: TestContext): Promise<RawQmp> {
  const { channel } = await startQemu(context, "-machine", "none");
  const qmp = new RawQmp(channel);
  expect(await qmp.next()).toMatchObject({
    kind: "greeting",
    greeting: { version: { qemu: { major: expect.any(Number) } }, capabilities: ["oob"] },
  });
  return qmp;
}

describe("the protocol of the installed QEMU", { tags: ["host"] }, () => {
  test("before the handshake there is no command but one", async (context) => {
    const qmp = await greeted(context);
    expect(await qmp.ask({ execute: "query-version", id: "early" })).toMatchObject({
      kind: "error",
      id: "early",
      failure: { class: "CommandNotFound" },
    });
    expect(await qmp.ask(capabilities)).toMatchObject({ kind: "return", value: {} });
    expect(await qmp.ask({ execute: "query-version" })).toMatchObject({ kind: "return" });
  });

  test("the handshake is made once, with known capabilities", async (context) => {
    const qmp = await greeted(context);
    const unknown = { ...capabilities, arguments: { enable: ["telepathy"] }, id: 0 };
    expect(await qmp.ask(unknown)).toMatchObject({ kind: "error", id: 0 });
    expect(await qmp.ask({ ...capabilities, id: 1 })).toMatchObject({ kind: "return", id: 1 });
    expect(await qmp.ask({ ...capabilities, id: 2 })).toMatchObject({
      kind: "error",
      id: 2,
      failure: { class: "CommandNotFound" },
    });
  });

  const malformed: readonly [string, string | Uint8Array][] = [
    ["a syntax error", "{]\n"],
    ["a byte that can't be outside of strings", Buffer.from([0x7b, 0xff])],
    ["a control character outside of strings", "{\u0001"],
    ["a byte that can't be in a string", Buffer.from([0x7b, 0x27, 0x62, 0x61, 0x64, 0x20, 0xff])],
    ["a control character in a string", "{'execute': 'nonexistent', 'id': '\u0001'}"],
    ["an interpolation", "%p\n"],
  ];

  test.for(malformed)("recovers from %s", async ([, text], context) => {
    const qmp = await greeted(context);
    for (const handshake of [false, true]) {
      if (handshake) await qmp.ask(capabilities);
      expect(await qmp.ask(text)).toMatchObject({ kind: "error", id: undefined });
      // The parser starts afresh at a control character, and may complain of what was left.
      qmp.send("\u0001");
      qmp.send({ execute: "query-name", id: "after" });
      let answer = await qmp.next();
      while (answer.kind === "error" && answer.id === undefined) answer = await qmp.next();
      expect(answer).toMatchObject({ kind: handshake ? "return" : "error", id: "after" });
    }
  });

  test.for([
    ["null", null],
    ["an array", []],
    ["a text", "query-name"],
    ["an empty object", {}],
    ["a name that is no text", { execute: true }],
    ["an unknown member", { execute: "query-name", extra: true }],
    ["arguments that are no object", { execute: "query-name", arguments: [] }],
  ] as const)("refuses %s as a command", async ([, message], context) => {
    const qmp = await greeted(context);
    await qmp.ask(capabilities);
    expect(await qmp.ask(`${JSON.stringify(message)}\n`)).toMatchObject({
      kind: "error",
      failure: { class: "GenericError" },
    });
    expect(await qmp.ask({ execute: "query-name", id: 1 })).toMatchObject({
      kind: "return",
      id: 1,
    });
  });

  test("any JSON is an id and comes back, with errors too", async (context) => {
    const qmp = await greeted(context);
    await qmp.ask(capabilities);
    for (const id of ["text", 0, -1, null, true, [1, "a"], { a: { b: 1 } }]) {
      expect(await qmp.ask({ execute: "query-name", id })).toMatchObject({ kind: "return", id });
      expect(await qmp.ask({ execute: "human-monitor-command", id })).toMatchObject({
        kind: "error",
        id,
        failure: { class: "GenericError", desc: "Parameter 'command-line' is missing" },
      });
    }
  });

  test("commands are answered in their order", async (context) => {
    const qmp = await greeted(context);
    await qmp.ask(capabilities);
    const ids = Array.from({ length: 20 }, (_, index) => index);
    qmp.send(ids.map((id) => JSON.stringify({ execute: "query-name", id })).join(""));
    for (const id of ids) expect(await qmp.next()).toMatchObject({ kind: "return", id });
  });

  test("out-of-band execution is there when asked for, for some commands only", async (context) => {
    const qmp = await greeted(context);
    await qmp.ask({ ...capabilities, arguments: { enable: ["oob"] } });
    expect(await qmp.ask({ "exec-oob": "query-yank", id: 1 })).toMatchObject({
      kind: "return",
      id: 1,
    });
    expect(await qmp.ask({ "exec-oob": "query-name", id: 2 })).toMatchObject({
      kind: "error",
      id: 2,
    });
    expect(await qmp.ask({ "exec-oob": "migrate-pause", id: 3 })).toMatchObject({
      kind: "error",
      id: 3,
    });
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatCommand, parseMessage } from "../../src/qmp/messages.ts";

const version = { qemu: { major: 7, minor: 2, micro: 22 }, package: "" };

/** Text of any bytes; fast-check's own unit for that takes seconds to begin on a busy machine. */
const anyText = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("utf16le"));

describe("parseMessage", () => {
  test.for([
    {
      line: `{"QMP":{"version":${JSON.stringify(version)},"capabilities":["oob",1]}}`,
      message: { kind: "greeting", greeting: { version, capabilities: ["oob"] } },
    },
    {
      line: '{"QMP":{"version":{"qemu":{"major":7,"minor":2,"micro":22}}}}',
      message: { kind: "greeting", greeting: { version, capabilities: [] } },
    },
    { line: '{"QMP":{"version":{"qemu":{"major":"7"}}}}', message: { kind: "other" } },
    { line: '{"QMP":{}}', message: { kind: "other" } },
    { line: '{"return":{},"id":1}', message: { kind: "return", id: 1, value: {} } },
    { line: '{"return":"","id":1}', message: { kind: "return", id: 1, value: "" } },
    { line: '{"return":0,"id":1}', message: { kind: "return", id: 1, value: 0 } },
    { line: '{"return":false,"id":1}', message: { kind: "return", id: 1, value: false } },
    { line: '{"return":null,"id":1}', message: { kind: "return", id: 1, value: null } },
    { line: '{"return":[]}', message: { kind: "return", id: undefined, value: [] } },
    {
      line: '{"error":{"class":"CommandNotFound","desc":"no"},"id":"x"}',
      message: { kind: "error", id: "x", failure: { class: "CommandNotFound", desc: "no" } },
    },
    {
      line: '{"error":null}',
      message: { kind: "error", id: undefined, failure: { class: "Unknown", desc: "null" } },
    },
    {
      line: '{"error":{"code":3},"id":2}',
      message: { kind: "error", id: 2, failure: { class: "Unknown", desc: '{"code":3}' } },
    },
    {
      line: '{"event":"STOP","timestamp":{"seconds":1,"microseconds":2}}',
      message: {
        kind: "event",
        event: "STOP",
        data: {},
        timestamp: { seconds: 1, microseconds: 2 },
      },
    },
    {
      line: '{"event":"X","data":{"return":1},"return":2}',
      message: {
        kind: "event",
        event: "X",
        data: { return: 1 },
        timestamp: { seconds: -1, microseconds: -1 },
      },
    },
    { line: "{}", message: { kind: "other" } },
    { line: '{"news":1}', message: { kind: "other" } },
    { line: "[]", message: { kind: "malformed", reason: "it is not a JSON object" } },
    { line: "null", message: { kind: "malformed", reason: "it is not a JSON object" } },
    { line: '"x"', message: { kind: "malformed", reason: "it is not a JSON object" } },
  ])("$line", ({ line, message }) => {
    expect(parseMessage(line)).toEqual(message);
  });

  test.for(["", "{", "QEMU 7.2.22 monitor - type 'help' for more information", "{} {}"])(
    "is no JSON: %s",
    (line) => {
      expect(parseMessage(line)).toMatchObject({ kind: "malformed" });
    },
  );

  test("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), anyText), (line) => {
        expect(parseMessage(line).kind).toEqual(expect.any(String));
      }),
    );
  });

  test("never throws, whatever stands where a message's members should", () => {
    const name = fc.constantFrom("QMP", "return", "error", "event", "id", "data", "timestamp");
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), (message) => {
        const { kind } = parseMessage(JSON.stringify(message));
        expect(kind === "malformed").toBe(false);
      }),
    );
  });
});

describe("formatCommand", () => {
  test("is one line of JSON with the id", () => {
    expect(formatCommand("stop", undefined, 1)).toBe('{"execute":"stop","id":1}\r\n');
    expect(formatCommand("eject", { id: "cd0", force: undefined }, 2)).toBe(
      '{"execute":"eject","arguments":{"id":"cd0"},"id":2}\r\n',
    );
  });

  test("any arguments stay one line and come back as they were", () => {
    const args = fc.dictionary(anyText, fc.jsonValue());
    fc.assert(
      fc.property(args, fc.nat(), (given, id) => {
        const text = formatCommand("x", given, id);
        expect(text.indexOf("\n")).toBe(text.length - 1);
        expect(JSON.parse(text)).toEqual(
          JSON.parse(JSON.stringify({ execute: "x", arguments: given, id })),
        );
      }),
    );
  });
});

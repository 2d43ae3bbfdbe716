import { describe, expect, test } from "vitest";
import { parseNetdevHelp, readSchema } from "../../src/features/schema.ts";

const enumeration = (...values: string[]): object => ({ name: "12", "meta-type": "enum", values });
const object = (name: string, members: Readonly<Record<string, string>>): object => ({
  name,
  "meta-type": "object",
  members: Object.entries(members).map(([member, type]) => ({ name: member, type })),
});
const screendump = { name: "screendump", "meta-type": "command", "arg-type": "150" };

describe("readSchema", () => {
  test("finds capabilities in the enumeration that has always had two of them", () => {
    const other = enumeration("x-ignore-shared", "mapped-ram");
    const capabilities = enumeration("xbzrle", "events", "x-ignore-shared");
    expect(readSchema([other, capabilities])).toMatchObject({
      ignoreShared: true,
      mappedRam: false,
    });
    expect(readSchema([other])).toMatchObject({ ignoreShared: false });
  });

  test("finds PNG by the member of screendump's arguments", () => {
    const withFormat = {
      name: "150",
      "meta-type": "object",
      members: [{ name: "filename" }, { name: "format" }],
    };
    const without = { ...withFormat, members: [{ name: "filename" }] };
    expect(readSchema([screendump, withFormat]).screendumpPng).toBe(true);
    expect(readSchema([screendump, without]).screendumpPng).toBe(false);
    expect(readSchema([screendump]).screendumpPng).toBe(false);
  });

  describe("finds the transport of files by the way to it", () => {
    const schema = (...transports: string[]): readonly object[] => [
      { name: "migrate-incoming", "meta-type": "command", "arg-type": "1" },
      object("1", { uri: "str", channels: "[2]" }),
      { name: "[2]", "meta-type": "array", "element-type": "2" },
      object("2", { "channel-type": "3", addr: "4" }),
      object("4", { transport: "12" }),
      enumeration(...transports),
    ];

    test.for([
      { why: "it has it", entries: schema("socket", "exec", "rdma", "file"), has: true },
      { why: "it has others only", entries: schema("socket", "exec", "rdma"), has: false },
      {
        why: "it takes text only",
        entries: [...schema("file").slice(0, 1), object("1", { uri: "str" })],
        has: false,
      },
      { why: "nothing leads to it", entries: [enumeration("file")], has: false },
    ])("$why: $has", ({ entries, has }) => {
      expect(readSchema(entries).fileTransport).toBe(has);
    });
  });

  test("an empty schema has nothing", () => {
    expect(readSchema([])).toEqual({
      ignoreShared: false,
      mappedRam: false,
      fileTransport: false,
      screendumpPng: false,
    });
  });
});

test("parseNetdevHelp takes the names and nothing else", () => {
  expect(parseNetdevHelp("Available netdev backend types:\nvde\nuser\nvhost-user\n\n")).toEqual([
    "user",
    "vde",
    "vhost-user",
  ]);
});

import { describe, expect, test } from "vitest";
import { parseNetdevHelp, readSchema } from "../../src/features/schema.ts";

const enumeration = (...values: string[]): object => ({ name: "12", "meta-type": "enum", values });
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

  test("an empty schema has nothing", () => {
    expect(readSchema([])).toEqual({ ignoreShared: false, mappedRam: false, screendumpPng: false });
  });
});

test("parseNetdevHelp takes the names and nothing else", () => {
  expect(parseNetdevHelp("Available netdev backend types:\nvde\nuser\nvhost-user\n\n")).toEqual([
    "user",
    "vde",
    "vhost-user",
  ]);
});

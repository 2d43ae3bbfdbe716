import { describe, expect, test } from "vitest";
import { formatAge, formatElapsed, formatSize, oneLine } from "../../src/render/format.ts";
import { formatTable } from "../../src/render/table.ts";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1 KiB"],
  [1536, "1.5 KiB"],
  [104_857_600, "100 MiB"],
  [1_610_612_736, "1.5 GiB"],
  [2 ** 60, "1048576 TiB"],
])("formatSize(%d) is %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test.each([
  [0, "0.0s"],
  [1234, "1.2s"],
  [9949, "9.9s"],
  [9950, "10s"],
  [59_400, "59s"],
  [59_600, "1m 00s"],
  [90_000, "1m 30s"],
  [3_600_000, "1h 00m"],
  [-5, "0.0s"],
])("formatElapsed(%d) is %s", (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});

test.each([
  ["2026-01-01T00:00:00Z", "just now"],
  ["2025-12-31T23:59:00Z", "1 minute ago"],
  ["2025-12-31T22:00:00Z", "2 hours ago"],
  ["2025-12-01T00:00:00Z", "31 days ago"],
  ["2026-01-02T00:00:00Z", "just now"],
  ["once", "once"],
])("formatAge(%s) is %s", (moment, text) => {
  expect(formatAge(moment, Date.parse("2026-01-01T00:00:00Z"))).toBe(text);
});

describe("oneLine", () => {
  test("takes the teeth out of a guest's text", () => {
    expect(oneLine("a\u001b[31mred\u001b[0m\r\nb\u0007\u009b2Jc\u0000")).not.toMatch(/\p{Cc}/u);
    expect(oneLine("  plain text \n")).toBe("plain text");
  });
});

test("formatTable aligns and leaves no spaces at the end", () => {
  expect(
    formatTable(
      [
        ["NAME", "SIZE", "WHY"],
        ["a", "1 B", ""],
        ["longer", "10 KiB", "x"],
      ],
      [1],
    ),
  ).toBe("NAME      SIZE  WHY\na          1 B\nlonger  10 KiB  x\n");
});

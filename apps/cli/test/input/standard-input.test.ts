import { describe, expect, test } from "vitest";
import { isForeground } from "../../src/input/standard-input.ts";

describe("isForeground", () => {
  test.each([
    ["its group has the terminal", "4242 (node) S 1 4242 4242 34816 4242 4194304 0", true],
    ["another group has the terminal", "4242 (node) S 1 4242 4000 34816 4000 4194304 0", false],
    ["there is no terminal", "4242 (node) S 1 4242 4242 0 -1 4194304 0", true],
    ["the name has brackets and spaces", "4242 (a) b (c) S 1 7 7 34816 8 0", false],
  ])("%s", (_case, stat, foreground) => {
    expect(isForeground(stat)).toBe(foreground);
  });
});

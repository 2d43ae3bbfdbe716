import { describe, expect, test } from "vitest";
import { benchmarkNames, parseOptions } from "../src/options.ts";

describe("parseOptions", () => {
  test.each([
    { argv: [], expected: { names: benchmarkNames, json: false } },
    { argv: ["all"], expected: { names: benchmarkNames } },
    { argv: ["revive", "--json"], expected: { names: ["revive"], json: true } },
    {
      argv: ["revive", "version", "--rounds", "7"],
      expected: { names: ["version", "revive"], rounds: 7 },
    },
    { argv: ["--store", "/s", "run"], expected: { names: ["run"], store: "/s" } },
    { argv: ["-h"], expected: { help: true } },
  ])("$argv", ({ argv, expected }) => {
    expect(parseOptions(argv)).toMatchObject(expected);
  });

  test.each([
    { argv: ["no-such"], says: "no such benchmark: no-such" },
    { argv: ["--rounds", "0"], says: "--rounds" },
    { argv: ["--rounds", "many"], says: "--rounds" },
    { argv: ["--wat"], says: "--wat" },
  ])("refuses $argv", ({ argv, says }) => {
    expect(() => parseOptions(argv)).toThrow(says);
    expect(() => parseOptions(argv)).toThrow(TypeError);
  });
});

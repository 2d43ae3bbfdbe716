import { execFileSync } from "node:child_process";
import { requirePrograms } from "@winvm/test-kit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quoteArgv, quoteWord } from "../../src/index.ts";

test.each([
  ["plain-word_1.0", "plain-word_1.0"],
  ["", "''"],
  ["a b", "'a b'"],
  ["it's", "'it'\\''s'"],
  ["$HOME", "'$HOME'"],
  ["~", "'~'"],
  ["line\nbreak", "'line\nbreak'"],
])("%j is written as %s", (word, quoted) => {
  expect(quoteWord(word)).toBe(quoted);
});

test("a program whose name looks like an assignment is quoted", () => {
  expect(quoteArgv(["A=1", "B=2"])).toBe("'A=1' B=2");
});

test.each([[[]], [["a\0b"]]])("%j can't be a command", (argv) => {
  expect(() => quoteArgv(argv)).toThrow(expect.objectContaining({ code: "CONTROLLER_INVALID" }));
});

describe("a real shell", { tags: ["host"] }, () => {
  test("gets exactly the arguments given", (context) => {
    requirePrograms(context, { sh: "dash" });
    const word = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const command = `printf '%s\\0' ${words.map(quoteWord).join(" ")}`;
        const output = execFileSync("sh", ["-c", command]);
        expect(output.equals(Buffer.from(words.map((text) => `${text}\0`).join("")))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

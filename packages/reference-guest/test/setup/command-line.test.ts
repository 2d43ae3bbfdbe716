import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitCommandLine } from "../../src/setup/plan/command-line.ts";
import { classifyCommand } from "../../src/setup/plan/commands.ts";

describe("splitCommandLine", () => {
  // The table of Microsoft's page "Parsing C command-line arguments", behind a program.
  test.each([
    [String.raw`p "abc" d e`, ["p", "abc", "d", "e"]],
    [String.raw`p a\\b d"e f"g h`, ["p", String.raw`a\\b`, "de fg", "h"]],
    [String.raw`p a\\\"b c d`, ["p", String.raw`a\"b`, "c", "d"]],
    [String.raw`p a\\\\"b c" d e`, ["p", String.raw`a\\b c`, "d", "e"]],
    [String.raw`p a"b"" c d`, ["p", 'ab" c d']],
    [String.raw`"C:\Program Files\a.exe" x`, [String.raw`C:\Program Files\a.exe`, "x"]],
    [String.raw`p "" x`, ["p", "", "x"]],
    ["  p \t x  ", ["p", "x"]],
    ["", []],
  ])("%s", (line, expected) => {
    expect(splitCommandLine(line)).toEqual(expected);
  });

  test("gets back what was quoted by the rules", () => {
    const item = fc.string({ unit: fc.constantFrom("a", " ", '"', "\\", "%", "\t") });
    fc.assert(
      fc.property(fc.array(item), (items) => {
        expect(splitCommandLine(["p", ...items.map(quote)].join(" "))).toEqual(["p", ...items]);
      }),
    );
  });
});

test.each([
  [
    String.raw`C:\cygwin64\bin\bash.exe -l -c "exit 3"`,
    { kind: "posix", argv: [String.raw`C:\cygwin64\bin\bash.exe`, "-l", "-c", "exit 3"] },
  ],
  ["shutdown /s /t 5", { kind: "posix" }],
  [String.raw`%SystemRoot%\System32\shutdown.exe -s`, { kind: "posix" }],
  [
    "reg.exe add HKLM\\X /v %d",
    { kind: "windows", argv: ["reg.exe", "add", "HKLM\\X", "/v", "%d"] },
  ],
  ["cmd.exe /c (for %d in (D E) do if exist %d:\\x call %d:\\x) & exit 3", { kind: "windows" }],
])("%s", (line, expected) => {
  expect(classifyCommand(line)).toMatchObject(expected);
});

function quote(text: string): string {
  return `"${text.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, "$1$1")}"`;
}

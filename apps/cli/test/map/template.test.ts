import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expand, expandWord, hasReplacement, safeName } from "../../src/map/template.ts";

const place = (...values: readonly string[]) => ({ values, sequence: 3, slot: 2 });

describe("replacement strings", () => {
  // What GNU parallel gives for the same.
  test.each([
    ["a/b.tar.gz", "a/b.tar.gz|a/b.tar|b.tar.gz|a|b.tar|3|2"],
    ["/x", "/x|/x|x|/|x|3|2"],
    ["plain", "plain|plain|plain|.|plain|3|2"],
    ["a.b/c", "a.b/c|a.b/c|c|a.b|c|3|2"],
    ["a/b/", "a/b/|a/b/||a||3|2"],
    ["", "|||.||3|2"],
  ])("%j", (item, expected) => {
    expect(expand("{}|{.}|{/}|{//}|{/.}|{#}|{%}", place(item))).toBe(expected);
  });

  test("an item's own braces are left alone, and so is what is no replacement string", () => {
    expect(expand("{} {x} {2} {0} {} }{", place("{#}"))).toBe("{#} {x} {2} {0} {#} }{");
    expect(hasReplacement("{x}{2}{1#}{01}", 1)).toBe(false);
    expect(hasReplacement("a{/.}", 1)).toBe(true);
    expect(hasReplacement("a{2/}", 2)).toBe(true);
  });

  test("a number in braces is left alone where it tells no lists apart", () => {
    expect(expandWord("x{2}y{1}{1/}", place("a/b"))).toEqual(["x{2}y{1}{1/}"]);
    expect(expandWord("{1}", place("a"))).toEqual(["{1}"]);
    expect(hasReplacement("x{1}", 1)).toBe(false);
    expect(expand("{3}{1}", place("a", "b"))).toBe("{3}a");
    expect(hasReplacement("{3}", 2)).toBe(false);
  });

  test("of several lists: by number, or all", () => {
    const both = place("a/b.c", "d e.f");
    expect(expand("{1}|{2}|{2.}|{1/}|{1//}|{1/.}|{#}|{%}", both)).toBe(
      "a/b.c|d e.f|d e|b.c|a|b|3|2",
    );
    expect(expand("-x={/.}", both)).toBe("-x=b d e");
    expect(expand("{}", both, safeName)).toBe("a%2Fb.c d%20e.f");
    expect(expandWord("{}", both)).toEqual(["a/b.c", "d e.f"]);
    expect(expandWord("{/}", both)).toEqual(["b.c", "d e.f"]);
    expect(expandWord("{2}", both)).toEqual(["d e.f"]);
    expect(expandWord("x{}", both)).toEqual(["xa/b.c d e.f"]);
  });
});

describe("safeName", () => {
  test.each([
    ["a b/ü", "a%20b%2F%C3%BC"],
    ["..", "%2E%2E"],
    [".", "%2E"],
    ["", "%"],
    ["../../etc/passwd", "..%2F..%2Fetc%2Fpasswd"],
    ["a-b_c.1+2=3,4@5", "a-b_c.1+2=3,4@5"],
  ])("%j", (value, name) => {
    expect(safeName(value)).toBe(name);
  });

  test("is one name of a file that every file system takes, a different one for each value", () => {
    const values = fc.string({
      unit: fc.constantFrom("a", "b", ".", "/", "%", " ", "\n", "\0", "ü"),
      maxLength: 300,
    });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const name = safeName(a);
        expect(name).toMatch(/^[\w.=+@,%-]{1,200}$/);
        expect(name).not.toMatch(/^\.+$/);
        expect(safeName(b) === name).toBe(a === b);
      }),
    );
  });
});

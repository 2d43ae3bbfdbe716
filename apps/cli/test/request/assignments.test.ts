import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseEnvironment, parseShare } from "../../src/request/assignments.ts";

describe("parseShare", () => {
  test.each([
    ["src=/a/b", { name: "src", directory: "/a/b", readOnly: false }],
    ["src=/a/b:ro", { name: "src", directory: "/a/b", readOnly: true }],
    ["src=/a/b:rw", { name: "src", directory: "/a/b", readOnly: false }],
    ["src=b", { name: "src", directory: "/home/me/b", readOnly: false }],
    ["src=.", { name: "src", directory: "/home/me", readOnly: false }],
    ["src=/a:b=c:ro", { name: "src", directory: "/a:b=c", readOnly: true }],
    ["src=/a:roo", { name: "src", directory: "/a:roo", readOnly: false }],
  ])("%s", (text, share) => {
    expect(parseShare(text, "/home/me")).toEqual(share);
  });

  test.each(["", "src", "src=", "=/a", "src=:ro"])("refuses %j", (text) => {
    expect(parseShare(text, "/home/me")).toBeUndefined();
  });
});

describe("parseEnvironment", () => {
  test("takes values as they are, and the caller's own for a bare name", () => {
    const { env, faults } = parseEnvironment(["A=1", "B=", "C==x=y", "HOME", "A=2"], {
      HOME: "/home/me",
    });
    expect(faults).toEqual([]);
    expect(env).toEqual({ A: "2", B: "", C: "=x=y", HOME: "/home/me" });
  });

  test("reports every fault", () => {
    const { faults } = parseEnvironment(["=x", "", "UNSET", "toString", "OK=1"], {});
    expect(faults.map(({ value }) => value)).toEqual(["=x", "", "UNSET", "toString"]);
    expect(faults[2]?.hint).toBe("--env UNSET= sets it empty");
  });

  test("any name and value arrive, also __proto__", () => {
    const name = fc.oneof(
      fc.constant("__proto__"),
      fc.string({ minLength: 1 }).filter((text) => !text.includes("=")),
    );
    fc.assert(
      fc.property(name, fc.string(), (key, value) => {
        const { env } = parseEnvironment([`${key}=${value}`], {});
        expect(Object.entries(env)).toEqual([[key, value]]);
      }),
    );
  });
});

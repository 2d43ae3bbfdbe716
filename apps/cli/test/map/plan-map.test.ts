import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import type { CliError } from "../../src/errors.ts";
import { planMap, type TypedMapOptions } from "../../src/map/plan-map.ts";

const caller = { env: {}, workingDirectory: "/here" };
const place = { values: ["x/y z.c"], sequence: 3, slot: 2 };

function jobOf(operands: readonly string[], options: TypedMapOptions = {}) {
  return planMap(operands, options, caller).jobOf(place);
}

describe("the plan of a list", () => {
  test("the item is the last argument where it is nowhere else", () => {
    expect(jobOf(["cc", "-c", ":::", "a"]).command).toEqual({
      kind: "argv",
      argv: ["cc", "-c", "x/y z.c"],
    });
    expect(jobOf(["cc", "{/.}.o", ":::", "a"]).command).toEqual({
      kind: "argv",
      argv: ["cc", "y z.o"],
    });
    expect(jobOf(["make", ":::", "a"], { in: "{//}" }).command).toEqual({
      kind: "argv",
      argv: ["make"],
    });
    expect(jobOf(["make", ":::", "a"], { out: "{/}" }).command).toMatchObject({
      argv: ["make", "x/y z.c"],
    });
  });

  test("several lists, of values and of files", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "list"), "1\n2\n");
    const words = ["cc", "-{2}", "{}", ":::", "a", "b", "::::", "list", ":::", "x"];
    const { items, jobOf: job } = planMap(words, {}, { ...caller, workingDirectory: directory });
    const found = await Array.fromAsync(items());
    expect(found.map((values) => values.join(""))).toEqual(["a1x", "a2x", "b1x", "b2x"]);
    expect(job({ ...place, values: ["a", "1", "x"] }).command).toEqual({
      kind: "argv",
      argv: ["cc", "-1", "a", "1", "x"],
    });
  });

  test("a text is left as it is, and gets the item as an argument", () => {
    const { command } = jobOf([], { c: "find . -exec echo {} +", argFile: "list" });
    expect(command).toEqual({
      kind: "text",
      shell: "bash",
      text: "find . -exec echo {} +",
      args: ["x/y z.c"],
    });
  });

  test("directories, environment and shares of an item", () => {
    const job = jobOf(["make", ":::", "a"], {
      in: "{//}",
      out: "/out/{}",
      env: ["NAME={/}"],
      share: ["data=d{#}:ro"],
      cwd: "{%}",
    });
    expect(job).toMatchObject({
      inputs: "/here/x",
      outputs: "/out/x%2Fy%20z.c",
      env: { NAME: "y z.c", PARALLEL_SEQ: "3", PARALLEL_JOBSLOT: "2" },
      shares: [{ name: "data", directory: "/here/d3", readOnly: true }],
      cwd: "2",
    });
    expect(jobOf(["make", ":::", "a"], { out: "dist" }).outputs).toBe("/here/dist/3");
  });

  test("an item may be a whole assignment; whether it is one shows with the item", () => {
    const { common, jobOf: job } = planMap(
      ["make", ":::", "A=1", "B"],
      { env: ["{}"], share: ["{}"] },
      caller,
    );
    expect(common).toMatchObject({ env: {}, shares: [] });
    expect(job({ ...place, values: ["A=1"] })).toMatchObject({
      command: { argv: ["make"] },
      env: { A: "1" },
      shares: [{ name: "A", directory: "/here/1" }],
    });
    expect(() => job({ ...place, values: ["B"] })).toThrow(/several things are wrong/);
    expect(() => planMap(["a", ":::", "b"], { env: ["={}"] }, caller)).toThrow(/NAME=VALUE/);
  });

  test.each([
    [{}, undefined],
    [{ failFast: true }, "now"],
    [{ halt: "now,fail=1" }, "now"],
    [{ halt: "soon,fail=1" }, "soon"],
    [{ halt: "never" }, undefined],
  ])("fail-fast of %j", (options, expected) => {
    expect(planMap(["a", ":::", "b"], options, caller).failFast).toBe(expected);
  });

  test("all that is wrong is told at once", () => {
    let error: CliError | undefined;
    try {
      planMap(
        ["a", ":::", "b", ":::+", "c", "::::", ":::", "x"],
        {
          argFile: "list",
          jobs: "0",
          retries: "x",
          halt: "2",
          group: true,
          ungroup: true,
          tag: true,
          timeout: "soon",
        },
        caller,
      );
    } catch (thrown) {
      error = thrown as CliError;
    }
    const faults = error?.data["faults"] as { path: string }[];
    expect(faults.map(({ path }) => path)).toEqual([
      "ITEMS",
      "ITEMS",
      "--arg-file",
      "--jobs",
      "--retries",
      "--halt",
      "--group",
      "--ungroup",
      "--timeout",
    ]);
    expect(() => planMap([], {}, caller)).toThrow(/COMMAND/);
    expect(() => planMap(["a", "::::", "-", "-"], {}, caller)).toThrow(
      /one list from standard input/,
    );
    expect(() => planMap([], { script: "-" }, caller)).toThrow(/not both/);
  });
});

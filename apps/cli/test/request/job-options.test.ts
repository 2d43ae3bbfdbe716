import { isWinvmError } from "@winvm/runtime";
import { describe, expect, test } from "vitest";
import { planJob } from "../../src/request/job-options.ts";
import type { JobPlan, TypedJobOptions } from "../../src/request/job-options.ts";

const caller = { env: {}, workingDirectory: "/home/me" };

function plan(operands: readonly string[], options: TypedJobOptions = {}): JobPlan {
  return planJob(operands, options, caller);
}

function faultsOf(operands: readonly string[], options: TypedJobOptions): readonly string[] {
  try {
    plan(operands, options);
  } catch (error) {
    if (!isWinvmError(error) || error.code !== "CLI_USAGE") throw error;
    return (error.data["faults"] as { path: string }[]).map(({ path }) => path);
  }
  return [];
}

describe("what is run", () => {
  test("a program with its arguments", () => {
    expect(plan(["prog", "a b", "", "--json"]).command).toEqual({
      kind: "argv",
      argv: ["prog", "a b", "", "--json"],
    });
  });

  test.each<[TypedJobOptions, string]>([
    [{ c: "echo" }, "bash"],
    [{ c: "echo", shell: "cmd" }, "cmd"],
    [{ script: "a.ps1" }, "powershell"],
    [{ script: "A.BAT" }, "cmd"],
    [{ script: "a.cmd" }, "cmd"],
    [{ script: "a.sh" }, "bash"],
    [{ script: "-" }, "bash"],
    [{ script: "a.ps1", shell: "bash" }, "bash"],
  ])("%j is run by %s", (options, shell) => {
    expect(plan(["x"], options).command).toMatchObject({ shell, args: ["x"] });
  });

  test.each<[string, readonly string[], TypedJobOptions, readonly string[]]>([
    ["nothing to run", [], {}, ["COMMAND"]],
    ["an empty program", [""], {}, ["COMMAND"]],
    ["a shell without text", ["x"], { shell: "bash" }, ["--shell"]],
    ["an unknown shell", ["x"], { shell: "zsh", c: "x" }, ["--shell"]],
    ["text and script", [], { c: "x", script: "y" }, ["--script"]],
  ])("%s is refused", (_case, operands, options, faults) => {
    expect(faultsOf(operands, options)).toEqual(faults);
  });
});

test("paths of the host are made absolute, those of the guest stay", () => {
  expect(
    plan(["x"], { in: "src", out: "/out", iso: "../w.iso", cwd: "c:\\x", share: ["s=d:ro"] }),
  ).toMatchObject({
    inputs: "/home/me/src",
    outputs: "/out",
    media: { iso: "/home/w.iso" },
    cwd: "c:\\x",
    shares: [{ name: "s", directory: "/home/me/d", readOnly: true }],
  });
});

test("all faults are reported at once", () => {
  expect(faultsOf([], { share: ["x", "y"], env: ["="], timeout: "soon" })).toEqual([
    "COMMAND",
    "--share",
    "--share",
    "--env",
    "--timeout",
  ]);
});

test("a timeout that no timer holds is refused", () => {
  expect(plan(["x"], { timeout: "24d" }).timeoutMs).toBe(2_073_600_000);
  expect(faultsOf(["x"], { timeout: "25d" })).toEqual(["--timeout"]);
});

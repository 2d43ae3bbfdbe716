import { expect, test } from "vitest";
import { formatFaults, isWinvmError, OutputTail, RuntimeError } from "../src/index.ts";

test("an error says what was asked, what happened and what to do next", () => {
  const error = new RuntimeError({
    code: "RUNTIME_PROGRAM_NOT_FOUND",
    asked: "start the switch",
    happened: "vde_switch was not found",
    hint: "apt install vde2",
    cause: new Error("ENOENT"),
    data: { program: "vde_switch" },
  });
  expect(error.message).toBe("start the switch: vde_switch was not found");
  expect(isWinvmError(error)).toBe(true);
  expect(isWinvmError(new Error("x"))).toBe(false);
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: "RuntimeError",
    code: "RUNTIME_PROGRAM_NOT_FOUND",
    message: "start the switch: vde_switch was not found",
    asked: "start the switch",
    happened: "vde_switch was not found",
    hint: "apt install vde2",
    data: { program: "vde_switch" },
    cause: "ENOENT",
  });
});

test("all faults are told, each with path, expectation and value", () => {
  expect(
    formatFaults([
      { path: "memoryBytes", expected: "a multiple of 4096", value: 5 },
      { path: "disks[0].bus", expected: "ide or ahci", value: "floppy", hint: "see docs" },
    ]),
  ).toBe(
    "memoryBytes: expected a multiple of 4096, got 5\n" +
      "disks[0].bus: expected ide or ahci, got 'floppy' (see docs)",
  );
});

test("the tail keeps the last of the output and not much more", () => {
  const tail = new OutputTail(10);
  for (let n = 0; n < 100; n += 1) tail.push(`${n % 10}`);
  expect(tail.toString()).toBe("0123456789");
});

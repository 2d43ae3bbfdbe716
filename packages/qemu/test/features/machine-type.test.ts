import { expect, test } from "vitest";
import { resolveMachineType } from "../../src/index.ts";
import { features } from "../machines.ts";

test.for([
  ["q35", "pc-q35-7.2"],
  ["pc", "pc-i440fx-7.2"],
  ["pc-q35-7.1", "pc-q35-7.1"],
] as const)("%s → %s", ([name, type]) => {
  expect(resolveMachineType(name, features)).toBe(type);
});

test.for(["isapc", "microvm", "pc-q35-9.9", ""])("%s is refused with the list", (name) => {
  expect(() => resolveMachineType(name, features)).toThrow(
    expect.objectContaining({
      code: "QEMU_MACHINE_TYPE_UNKNOWN",
      hint: expect.stringContaining("pc-i440fx-7.1, pc-i440fx-7.2, pc-q35-7.1"),
    }),
  );
});

import { findGuest } from "@winvm/unattend";
import { expect, test } from "vitest";
import { pairKey } from "../src/machines/pair-key.ts";

test("the key of a pair's hardware tells guests apart and is the same twice", () => {
  const [reference, eleven] = [findGuest("reference"), findGuest("11")];
  expect(pairKey(reference)).toBe(pairKey(reference));
  expect(pairKey(reference)).not.toBe(pairKey(eleven));
  const more = { ...reference.hardware, memoryBytes: reference.hardware.memoryBytes * 2 };
  expect(pairKey({ ...reference, hardware: more })).not.toBe(pairKey(reference));
});

import { findGuest } from "@winvm/unattend";
import { describe, expect, test } from "vitest";
import { clockFaults } from "../src/clone/clock-choice.ts";
import { requireAccuracy, setClockFault } from "../src/clone/clock.ts";
import { identityFaults, newIdentity, requireIdentity } from "../src/clone/identity.ts";
import { knowsGenerations } from "../src/machines/generation.ts";

describe("what may be asked for", () => {
  test.each([[undefined], ["frozen"], ["host"], [new Date("2026-01-31T12:00:00Z")]])(
    "the clock %s",
    (clock) => expect(clockFaults(clock)).toEqual([]),
  );
  test.each([["now"], [""], [0], [null], [new Date("nonsense")], [new Date(0)]])(
    "not the clock %s",
    (clock) => expect(clockFaults(clock)).toMatchObject([{ path: "clock", value: clock }]),
  );
  test("an identity is the same or fresh", () => {
    for (const known of [undefined, "same", "fresh"]) expect(identityFaults(known)).toEqual([]);
    for (const other of ["Fresh", "", true, null]) {
      expect(identityFaults(other)).toMatchObject([{ path: "identity", value: other }]);
    }
  });
});

describe("a clock that was set", () => {
  const told = Date.UTC(2026, 10, 28);

  test.each([-1000, 0, 1200])("may show %d ms more than it was set to, after 200 ms", (late) => {
    expect(requireAccuracy(told, told + late, 200)).toBe(told + late);
  });

  test.each([-1001, 1201])("may not show %d ms more", (late) => {
    expect(() => requireAccuracy(told, told + late, 200)).toThrow(
      expect.objectContaining({ code: "PIPELINE_SETTLE_FAILED" }),
    );
  });

  test("has to be told", () => {
    expect(() => requireAccuracy(told, undefined, 0)).toThrow("did not say");
  });

  test.each([
    // Whole seconds are told: the one that had begun when it was set is the earliest.
    [0, 0, true],
    [-1, 0, false],
    [3, 2500, true],
    [5, 2500, false],
  ])("goes on: %d s later after %d ms: %s", (seconds, elapsedMs, fits) => {
    const setting = { shownMs: told + 500, atMs: 1000 };
    const fault = setClockFault(told / 1000 + seconds, setting, 1000 + elapsedMs);
    expect(fault === undefined).toBe(fits);
  });
});

describe("identity", () => {
  test("a fresh one is nobody else's, and fits Windows", () => {
    const [one, other] = [newIdentity("fresh"), newIdentity("fresh")];
    expect(one?.hostName).toMatch(/^WINVM-[\dA-F]{8}$/);
    expect(one?.machineId).toMatch(/^[\da-f]{32}$/);
    for (const name of ["generationId", "hostName", "machineId"] as const) {
      expect(one?.[name]).not.toBe(other?.[name]);
    }
    expect(newIdentity("same")).toBeUndefined();
    expect(newIdentity(undefined)).toBeUndefined();
  });

  test.each(["xp", "2003", "vista", "7", "2008r2"])("%s can't have a fresh one", (name) => {
    const guest = findGuest(name);
    expect(knowsGenerations(guest)).toBe(false);
    expect(() => requireIdentity(guest, "fresh")).toThrow(guest.title);
    expect(() => requireIdentity(guest, "same")).not.toThrow();
  });

  test.each(["8.1", "2012r2", "11", "2025", "reference"])("%s can", (name) => {
    const guest = findGuest(name);
    expect(knowsGenerations(guest)).toBe(true);
    expect(() => requireIdentity(guest, "fresh")).not.toThrow();
  });
});

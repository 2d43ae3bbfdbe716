import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answerMedium, findGuest, listGuests, UnattendError } from "../src/index.ts";
import type { GuestProfile } from "../src/index.ts";
import { editDistance } from "../src/catalogue/nearest.ts";

describe("findGuest", () => {
  test.each([
    ["reference", "reference"],
    ["Reference", "reference"],
    ["ref", "reference"],
    ["7", "7"],
    ["win7", "7"],
    ["Windows 7", "7"],
    ["11", "11"],
    ["win11", "11"],
    ["Windows 11", "11"],
    ["windows-11", "11"],
    ["WINDOWS_11", "11"],
  ])("%s is %s", (name, found) => {
    expect(findGuest(name).name).toBe(found);
  });

  test("says what there is and what is nearest", () => {
    let thrown: unknown;
    try {
      findGuest("refrence");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      code: "UNATTEND_GUEST_UNKNOWN",
      hint: "the nearest is reference (winvm reference guest)",
      data: { known: ["reference", "7", "11"], nearest: "reference" },
    });
  });

  test("finds a guest or throws its own error, whatever it is asked for", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect([undefined, ...listGuests()]).toContain(foundOrUnknown(name));
      }),
    );
  });
});

describe("answerMedium", () => {
  test("is a CD under UEFI and what the profile says under a BIOS", () => {
    expect(answerMedium(findGuest("7"))).toBe("floppy");
    expect(answerMedium(findGuest("7"), "uefi")).toBe("cdrom");
    expect(answerMedium(findGuest("11"))).toBe("cdrom");
    expect(answerMedium(findGuest("reference"))).toBe("cdrom");
  });
});

describe.each(listGuests().map((profile) => [profile.name, profile] as const))(
  "profile %s",
  (_, profile) => {
    test("names a source for every fact", () => {
      const sourced = profile.sources.flatMap(({ facts }) => facts);
      const facts = factPaths(profile);
      const without = facts.filter((fact) => !sourced.some((path) => covers(path, fact)));
      expect(without).toEqual([]);
      const idle = sourced.filter((path) => !facts.some((fact) => covers(path, fact)));
      expect(idle).toEqual([]);
    });

    test("is consistent", () => {
      expect(profile.firmwares).toContain(profile.firmware);
      expect(profile.hardware.cpus).toBeGreaterThanOrEqual(1);
      expect(profile.hardware.memoryBytes % (1024 * 1024)).toBe(0);
      expect(profile.hardware.rtcBase).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      for (const { clientKey } of profile.setup.editions) {
        expect(clientKey).toMatch(/^[A-Z0-9]{5}(-[A-Z0-9]{5}){4}$/);
      }
    });
  },
);

test("no two profiles answer to the same name", () => {
  const names = listGuests().flatMap(({ name, aliases, title }) => [name, ...aliases, title]);
  expect(new Set(names).size).toBe(names.length);
});

describe("editDistance", () => {
  test.each([
    ["", "", 0],
    ["a", "", 1],
    ["kitten", "sitting", 3],
    ["win11", "win10", 1],
  ])("%s to %s is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});

/** What a profile claims, down to the parts that sources name. */
function factPaths(profile: GuestProfile): string[] {
  const { name: _, title: __, aliases: ___, sources: ____, hardware, setup, ...top } = profile;
  return [
    ...Object.keys(top),
    ...Object.keys(hardware).map((key) => `hardware.${key}`),
    ...Object.keys(setup).map((key) => `setup.${key}`),
  ];
}

function covers(path: string, fact: string): boolean {
  return fact === path || fact.startsWith(`${path}.`);
}

function foundOrUnknown(name: string): GuestProfile | undefined {
  try {
    return findGuest(name);
  } catch (error) {
    if (error instanceof UnattendError && error.code === "UNATTEND_GUEST_UNKNOWN") return undefined;
    throw error;
  }
}

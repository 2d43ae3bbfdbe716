import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  answerMedium,
  cygwinFor,
  findGuest,
  guestFor,
  listGuests,
  UnattendError,
} from "../src/index.ts";
import type { Architecture, GuestProfile } from "../src/index.ts";
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
    ["winxp", "xp"],
    ["Windows XP Professional x64", "xp64"],
    ["Windows Server 2003 R2", "2003"],
    ["vista", "vista"],
    ["Windows Server 2008 R2", "2008r2"],
    ["Server 2008", "2008"],
    ["windows 8.1", "8.1"],
    ["win81", "8.1"],
    ["2012 R2", "2012r2"],
    ["Microsoft Windows Server 2025", "2025"],
  ])("%s is %s", (name, found) => {
    expect(findGuest(name).name).toBe(found);
  });

  test("says what there is and what is nearest", () => {
    expect(thrownBy(() => findGuest("refrence"))).toMatchObject({
      code: "UNATTEND_GUEST_UNKNOWN",
      hint: "the nearest is reference (winvm reference guest)",
      data: { known: listGuests().map(({ name }) => name), nearest: "reference" },
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

test("the catalogue has every Windows from XP to Server 2025, for each architecture that it had", () => {
  const all = listGuests().map(({ name, architectures }) => `${name}: ${architectures.join()}`);
  expect(all).toEqual([
    "reference: amd64",
    "xp: x86",
    "xp64: amd64",
    "2003: x86,amd64",
    "vista: amd64,x86",
    "2008: amd64,x86",
    "7: amd64,x86",
    "2008r2: amd64",
    "8.1: amd64,x86",
    "2012r2: amd64",
    "10: amd64,x86",
    "2016: amd64",
    "2019: amd64",
    "2022: amd64",
    "11: amd64",
    "2025: amd64",
  ]);
});

describe("guestFor", () => {
  test("gives the profile itself for its own architecture", () => {
    expect(guestFor(findGuest("7"))).toBe(findGuest("7"));
    expect(guestFor(findGuest("7"), "amd64")).toBe(findGuest("7"));
  });

  test("gives hardware, root and Cygwin of the other", () => {
    const seven = guestFor(findGuest("7"), "x86");
    expect(seven).toMatchObject({
      architecture: "x86",
      architectures: ["x86"],
      shellRoot: "C:\\cygwin",
      hardware: { machine: "pc", diskBus: "ide", nic: "e1000" },
    });
    expect(cygwinFor(seven)).toMatchObject({ architecture: "x86", snapshot: "2022/11/23/063457" });
    expect(cygwinFor(findGuest("7"))).toMatchObject({ snapshot: "64bit/2024/01/30/231215" });
    expect(guestFor(findGuest("10"), "x86").firmwares).toEqual(["bios"]);
  });

  test("refuses an architecture that there are no media for", () => {
    expect(thrownBy(() => guestFor(findGuest("11"), "x86"))).toMatchObject({
      code: "UNATTEND_OPTIONS_INVALID",
      data: { faults: [{ path: "architecture", expected: "amd64", value: "x86" }] },
    });
  });
});

describe("answerMedium", () => {
  test("is a CD under UEFI and what the profile says under a BIOS", () => {
    expect(answerMedium(findGuest("7"))).toBe("floppy");
    expect(answerMedium(findGuest("7"), "uefi")).toBe("cdrom");
    expect(answerMedium(findGuest("11"))).toBe("cdrom");
    expect(answerMedium(findGuest("xp"))).toBe("floppy");
    expect(answerMedium(findGuest("8.1"))).toBe("floppy");
    expect(answerMedium(findGuest("8.1"), "uefi")).toBe("cdrom");
    expect(answerMedium(findGuest("10"))).toBe("cdrom");
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

    test.each(profile.architectures)("is consistent on %s", (architecture) => {
      const guest = guestFor(profile, architecture);
      expect(guest.firmwares).toContain(guest.firmware);
      expect(guest.hardware.cpus).toBeGreaterThanOrEqual(1);
      expect(guest.hardware.memoryBytes % (1024 * 1024)).toBe(0);
      expect(guest.hardware.rtcBase).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      // PIIX3 is what the one chip set has, AHCI the other.
      expect(guest.hardware.diskBus).toBe(guest.hardware.machine === "pc" ? "ide" : "ahci");
      const root = guest.architecture === "amd64" ? "C:\\cygwin64" : "C:\\cygwin";
      expect(guest.shellRoot).toBe(root);
      expect(guest.shellProviders.includes("cygwin")).toBe(guest.shell === "cygwin");
      const cygwin = cygwinFor(guest);
      expect(cygwin?.architecture).toBe(guest.shell === "builtin" ? undefined : cygwinName(guest));
    });

    test("is consistent", () => {
      expect(profile.architectures[0]).toBe(profile.architecture);
      expect(Object.keys(profile.variants)).toEqual(profile.architectures.slice(1));
      const builds = profile.builds.map(({ number }) => number);
      expect(builds).toEqual([...new Set(builds)].sort((a, b) => a - b));
      expect(profile.media.length).toBeGreaterThan(0);
      expect(profile.setup.editions.length > 0).toBe(
        profile.media.some(({ image }) => image !== "single"),
      );
      for (const { clientKey } of profile.setup.editions) {
        expect(clientKey).toMatch(/^[A-Z0-9]{5}(-[A-Z0-9]{5}){4}$/);
      }
      const editions = profile.setup.editions.map(({ name }) => name.toLowerCase());
      expect(new Set(editions).size).toBe(editions.length);
      const old = profile.dialect === "sif";
      expect(profile.setup.phases[0]).toBe(old ? "text-mode" : "windowsPE");
      expect(profile.hardware.enlightenments.length > 0).toBe(!old && profile.name !== "reference");
    });
  },
);

test("kernel version, build and kind tell a WIM's Windows, whatever the architecture", () => {
  const wims = listGuests()
    .filter(({ dialect }) => dialect === "xml")
    .flatMap(({ name, version, kind, builds }) =>
      builds.map(({ number }) => [`${version}.${number} ${kind}`, name] as const),
    );
  expect(new Map(wims).size).toBe(wims.length);
  const found = new Map(wims);
  expect(found.get("10.0.26100 client")).toBe("11");
  expect(found.get("10.0.26100 server")).toBe("2025");
  expect(found.get("6.3.9600 server")).toBe("2012r2");
});

test("the old ones have one CPU; 24H2 and 2025 have a CPU with SSE4.2 and POPCNT", () => {
  const old = listGuests().filter(({ dialect }) => dialect === "sif");
  expect(old.map(({ hardware }) => hardware.cpus)).toEqual([1, 1, 1]);
  expect(findGuest("11").hardware.cpu).toBe("Nehalem");
  expect(findGuest("2025").hardware.cpu).toBe("Nehalem");
});

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
  const { hardware, setup, ...top } = profile;
  // Each Cygwin names its own source.
  const unsourced = ["name", "title", "aliases", "sources", "cygwin"];
  return [
    ...Object.keys(top).filter((key) => !unsourced.includes(key)),
    ...Object.keys(hardware).map((key) => `hardware.${key}`),
    ...Object.keys(setup).map((key) => `setup.${key}`),
  ];
}

function cygwinName({ architecture }: { architecture: Architecture }): "x86" | "x86_64" {
  return architecture === "x86" ? "x86" : "x86_64";
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
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

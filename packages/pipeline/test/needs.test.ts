import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstDifference, type Fingerprint } from "../src/clone/needs.ts";

const hardware = {
  board: "pc-q35-7.2,usb=off",
  cpu: "Nehalem",
  processors: "cpus=1",
  memory: "size=2048M",
  devices: ["VGA,id=display0", "e1000,id=net0"],
};

const frozen = {
  qemuVersion: "7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)",
  qemuSha256: "aa",
  accelerator: "kvm",
  processorVendor: "GenuineIntel",
  uid: 1000,
  guest: hardware,
  controller: { ...hardware, memory: "size=256M" },
  firmwareBytes: { UEFI: 3_653_632 },
  imageDisk: { sha256: "bb" },
} as const satisfies Fingerprint;

function only(names: readonly string[]): Fingerprint {
  return Object.fromEntries(Object.entries(frozen).filter(([name]) => names.includes(name)));
}

describe("what a state needs and a host has", () => {
  test.each<[string, Fingerprint, string, string, string]>([
    [
      "another version",
      { qemuVersion: "10.0.2" },
      "QEMU",
      "10.0.2",
      "install QEMU 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)",
    ],
    [
      "another build of the same version",
      { qemuSha256: "ab" },
      "the QEMU binary (SHA-256)",
      "ab",
      "install the build that froze it",
    ],
    [
      "another accelerator",
      { accelerator: "tcg" },
      "the accelerator",
      "tcg",
      "see with `winvm doctor` why KVM is not used",
    ],
    [
      "another maker's processor",
      { processorVendor: "AuthenticAMD" },
      "a processor by",
      "AuthenticAMD",
      "",
    ],
    [
      "another user",
      { uid: 1001 },
      "the user id",
      "1001",
      "run winvm as the user with the id 1000",
    ],
    [
      "another board",
      { guest: { ...hardware, board: "pc-q35-10.0,usb=off" } },
      "the guest's machine type",
      "pc-q35-10.0,usb=off",
      "",
    ],
    [
      "another CPU model",
      { controller: { ...frozen.controller, cpu: "Westmere" } },
      "the controller's CPU model",
      "Westmere",
      "",
    ],
    [
      "more processors",
      { guest: { ...hardware, processors: "cpus=2" } },
      "the guest's processors",
      "cpus=2",
      "",
    ],
    [
      "less memory",
      { guest: { ...hardware, memory: "size=1024M" } },
      "the guest's memory",
      "size=1024M",
      "",
    ],
    [
      "another device",
      { guest: { ...hardware, devices: ["VGA,id=display0", "e1000e,id=net0"] } },
      "the guest's device 2",
      "e1000e,id=net0",
      "",
    ],
    [
      "one device less",
      { guest: { ...hardware, devices: ["VGA,id=display0"] } },
      "the guest's device 2",
      "(none)",
      "",
    ],
    [
      "firmware of another size",
      { firmwareBytes: { UEFI: 1_966_080 } },
      "the firmware UEFI",
      "of 1966080 bytes",
      "",
    ],
    ["no firmware", { firmwareBytes: {} }, "the firmware UEFI", "(none)", ""],
    ["another disk", { imageDisk: { sha256: "cc" } }, "the image's disk", "(SHA-256 cc)", ""],
  ])("%s", (_name, other, what, found, remedy) => {
    const difference = firstDifference(frozen, { ...frozen, ...other });
    expect(difference).toMatchObject({ what, found });
    expect(difference?.meaning.split(" ").length).toBeGreaterThan(3);
    expect(difference?.remedy ?? "").toBe(remedy);
  });

  test("the first of several is told: what decides about the rest comes first", () => {
    const other = {
      qemuVersion: "10.0.2",
      accelerator: "tcg",
      imageDisk: { sha256: "cc" },
    } as const;
    expect(firstDifference(frozen, { ...frozen, ...other })?.what).toBe("QEMU");
  });

  test("what either side does not know is no difference", () => {
    const keys = Object.keys(frozen) as (keyof Fingerprint)[];
    fc.assert(
      fc.property(fc.subarray(keys), fc.subarray(keys), (left, right) => {
        expect(firstDifference(only(left), only(right))).toBeUndefined();
      }),
    );
  });
});

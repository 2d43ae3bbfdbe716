import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@winvm/test-kit";
import { describe, expect, test } from "vitest";
import { findFirmware } from "../../src/index.ts";
import { parseDescriptor } from "../../src/firmware/descriptor.ts";

function descriptor(change: Record<string, unknown> = {}, place = "/fw"): string {
  return JSON.stringify({
    "interface-types": ["uefi"],
    mapping: {
      device: "flash",
      executable: { filename: `${place}/CODE.fd`, format: "raw" },
      "nvram-template": { filename: `${place}/VARS.fd`, format: "raw" },
    },
    targets: [{ architecture: "x86_64", machines: ["pc-q35-*"] }],
    features: ["acpi-s3"],
    ...change,
  });
}

describe("parseDescriptor", () => {
  test("reads what fits", () => {
    expect(parseDescriptor(descriptor())).toEqual({ code: "/fw/CODE.fd", vars: "/fw/VARS.fd" });
  });

  test.for<[string, string]>([
    ["BIOS", descriptor({ "interface-types": ["bios"] })],
    ["another processor", descriptor({ targets: [{ architecture: "aarch64" }] })],
    ["Secure Boot with keys", descriptor({ features: ["secure-boot", "enrolled-keys"] })],
    ["System Management Mode", descriptor({ features: ["requires-smm"] })],
    ["memory instead of flash", descriptor({ mapping: { device: "memory", filename: "/x" } })],
    ["no mapping", descriptor({ mapping: undefined })],
    ["half a file", descriptor().slice(0, 40)],
    ["no object", "null"],
    ["nothing", ""],
  ])("leaves out %s", ([, text]) => {
    expect(parseDescriptor(text)).toBeUndefined();
  });
});

/** A directory with firmware in it. */
function firmwarePlace(name: string): { directory: string; files: string } {
  const directory = join(temporaryDirectory(), name);
  mkdirSync(directory);
  for (const file of ["CODE.fd", "VARS.fd"]) writeFileSync(join(directory, file), "");
  return { directory, files: directory };
}

describe("findFirmware", () => {
  test("takes the strongest whose files are there", async () => {
    const { directory } = firmwarePlace("a");
    writeFileSync(join(directory, "10-gone.json"), descriptor({}, "/nonexistent"));
    writeFileSync(join(directory, "20-here.json"), descriptor({}, directory));
    expect(await findFirmware("uefi", { descriptorDirectories: [directory] })).toEqual({
      code: join(directory, "CODE.fd"),
      vars: join(directory, "VARS.fd"),
    });
  });

  test("a file hides one of the same name in a later directory", async () => {
    const strong = firmwarePlace("strong");
    const weak = firmwarePlace("weak");
    writeFileSync(join(strong.directory, "50.json"), "{}");
    writeFileSync(join(weak.directory, "50.json"), descriptor({}, weak.files));
    await expect(
      findFirmware("uefi", {
        descriptorDirectories: [strong.directory, weak.directory],
        knownPlaces: [],
      }),
    ).rejects.toMatchObject({ code: "QEMU_FIRMWARE_NOT_FOUND", hint: "apt install ovmf" });
  });

  test("falls back to known places", async () => {
    const { files } = firmwarePlace("known");
    const known = { code: join(files, "CODE.fd"), vars: join(files, "VARS.fd") };
    expect(
      await findFirmware("uefi", { descriptorDirectories: ["/nonexistent"], knownPlaces: [known] }),
    ).toEqual(known);
  });

  test.each(["a descriptor", "files alone"])(
    "finds what lies beside a QEMU in a prefix of its own: %s",
    async (what) => {
      const prefix = temporaryDirectory();
      const data = join(prefix, "share/qemu");
      mkdirSync(join(data, "firmware"), { recursive: true });
      mkdirSync(join(prefix, "bin"));
      writeFileSync(join(prefix, "bin/qemu-system-x86_64"), "", { mode: 0o755 });
      for (const name of ["edk2-x86_64-code.fd", "edk2-i386-vars.fd", "CODE.fd", "VARS.fd"])
        writeFileSync(join(data, name), "");
      if (what === "a descriptor")
        writeFileSync(join(data, "firmware/60-edk2-x86_64.json"), descriptor({}, data));
      const link = join(temporaryDirectory(), "qemu");
      symlinkSync(join(prefix, "bin/qemu-system-x86_64"), link);
      const [code, vars] =
        what === "a descriptor"
          ? ["CODE.fd", "VARS.fd"]
          : ["edk2-x86_64-code.fd", "edk2-i386-vars.fd"];
      const nowhere = { descriptorDirectories: [], knownPlaces: [] };
      expect(await findFirmware("uefi", { ...nowhere, binary: link })).toEqual({
        code: join(data, code),
        vars: join(data, vars),
      });
      // What else there is goes first.
      const { files } = firmwarePlace("known");
      const known = { code: join(files, "CODE.fd"), vars: join(files, "VARS.fd") };
      const places = { descriptorDirectories: [], knownPlaces: [known] };
      expect(await findFirmware("uefi", { ...places, binary: link })).toEqual(known);
    },
  );

  test("finds this host's", { tags: ["host"] }, async (context) => {
    const firmware = await findFirmware("uefi").catch(() => undefined);
    if (firmware === undefined) {
      if (process.env["CI"]) throw new Error("needs UEFI firmware (apt install ovmf)");
      return context.skip("needs UEFI firmware (apt install ovmf)");
    }
    expect(statSync(firmware.code).size).toBeGreaterThan(statSync(firmware.vars).size);
  });
});

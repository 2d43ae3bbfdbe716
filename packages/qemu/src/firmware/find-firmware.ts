import { constants } from "node:fs";
import { access, readdir, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findProgram } from "@winvm/runtime";
import { QemuError } from "../errors.ts";
import { defaultBinary } from "../features/detect.ts";
import { parseDescriptor, type UefiFirmware } from "./descriptor.ts";

/**
 * Where firmware descriptors lie, strongest first; a file hides those of the same name in later directories.
 * (docs/interop/firmware.json of QEMU)
 */
const descriptorDirectories = [
  join(
    process.env["XDG_CONFIG_HOME"] ?? join(process.env["HOME"] ?? "/nonexistent", ".config"),
    "qemu/firmware",
  ),
  "/etc/qemu/firmware",
  "/usr/local/share/qemu/firmware",
  "/usr/share/qemu/firmware",
];

/** Where distributions without descriptors put it. */
const knownPlaces: readonly UefiFirmware[] = [
  { code: "/usr/share/OVMF/OVMF_CODE_4M.fd", vars: "/usr/share/OVMF/OVMF_VARS_4M.fd" },
  { code: "/usr/share/OVMF/OVMF_CODE.fd", vars: "/usr/share/OVMF/OVMF_VARS.fd" },
  { code: "/usr/share/edk2/x64/OVMF_CODE.4m.fd", vars: "/usr/share/edk2/x64/OVMF_VARS.4m.fd" },
  { code: "/usr/share/edk2/ovmf/OVMF_CODE.fd", vars: "/usr/share/edk2/ovmf/OVMF_VARS.fd" },
  { code: "/run/libvirt/nix-ovmf/OVMF_CODE.fd", vars: "/run/libvirt/nix-ovmf/OVMF_VARS.fd" },
];

/** Where to look besides the usual places. */
export interface FindFirmwareOptions {
  /** Directories of descriptors, strongest first; the usual ones when absent. */
  readonly descriptorDirectories?: readonly string[] | undefined;
  /** Pairs of files to try where no descriptor fits; the usual ones when absent. */
  readonly knownPlaces?: readonly UefiFirmware[] | undefined;
  /**
   * A QEMU's name or path: what was installed beside it comes last. `qemu-system-x86_64` where no other place is given, nothing
   * otherwise.
   */
  readonly binary?: string | undefined;
}

/**
 * Finds UEFI firmware for a PC: without Secure Boot, which would refuse our unsigned boot loaders, and without System
 * Management Mode, which costs time under TCG. `vars` is the template: each machine needs a writable copy.
 *
 * @throws {QemuError} `QEMU_FIRMWARE_NOT_FOUND`
 */
export async function findFirmware(
  kind: "uefi",
  options: FindFirmwareOptions = {},
): Promise<UefiFirmware> {
  const directories = options.descriptorDirectories ?? descriptorDirectories;
  const usual = options.descriptorDirectories === undefined && options.knownPlaces === undefined;
  const binary = options.binary ?? (usual ? defaultBinary : undefined);
  const candidates = [
    ...(await fromDescriptors(directories)),
    ...(options.knownPlaces ?? knownPlaces),
    ...(binary === undefined ? [] : await besides(binary)),
  ];
  for (const firmware of candidates) {
    if ((await isReadable(firmware.code)) && (await isReadable(firmware.vars))) return firmware;
  }
  throw new QemuError({
    code: "QEMU_FIRMWARE_NOT_FOUND",
    asked: `find ${kind} firmware`,
    happened: "no descriptor names one, and none lies in the usual places",
    hint: "apt install ovmf",
    data: { directories },
  });
}

/** QEMU's build brings firmware along, in its own prefix: all there is on NixOS, in Guix, or of a QEMU built by hand. */
async function besides(binary: string): Promise<readonly UefiFirmware[]> {
  const found = await findProgram(binary);
  if (found === undefined) return [];
  const data = join(dirname(await realpath(found)), "../share/qemu");
  return [
    ...(await fromDescriptors([join(data, "firmware")])),
    // The variables are the same for both widths. (pc-bios/meson.build of QEMU)
    { code: join(data, "edk2-x86_64-code.fd"), vars: join(data, "edk2-i386-vars.fd") },
  ];
}

async function fromDescriptors(directories: readonly string[]): Promise<readonly UefiFirmware[]> {
  const files = new Map<string, string>();
  for (const directory of directories) {
    const names = await readdir(directory).catch(() => []);
    for (const name of names) {
      if (name.endsWith(".json") && !files.has(name)) files.set(name, join(directory, name));
    }
  }
  const found: UefiFirmware[] = [];
  // The number at the beginning of the name is the priority.
  for (const name of [...files.keys()].toSorted()) {
    const text = await readFile(files.get(name) ?? "", "utf8").catch(() => "");
    const firmware = parseDescriptor(text);
    if (firmware !== undefined) found.push(firmware);
  }
  return found;
}

async function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}

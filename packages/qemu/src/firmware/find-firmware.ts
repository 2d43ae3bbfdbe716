import { constants } from "node:fs";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { QemuError } from "../errors.ts";
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
  const candidates = [
    ...(await fromDescriptors(directories)),
    ...(options.knownPlaces ?? knownPlaces),
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

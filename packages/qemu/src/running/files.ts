import { constants } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { describeError, formatFaults, type Fault } from "@winvm/runtime";
import { readHeader } from "../disk/header.ts";
import { QemuError } from "../errors.ts";
import type { QemuFeatures } from "../features/features.ts";
import {
  isRevived,
  type Machine,
  type MachineBacking,
  type MachineDisk,
} from "../machine/machine.ts";

/** Files that a start needs besides those of the machine. */
interface StateFiles {
  readonly stateIn?: string | undefined;
  readonly stateOut?: string | undefined;
}

/**
 * Looks at every file that a machine names before QEMU does: QEMU would report the first fault only, and some (an
 * image with an undeclared backing file, a template of another size) not at all or very late.
 *
 * @throws {QemuError} `QEMU_FILES_UNUSABLE` with all faults
 */
export async function requireUsableFiles(
  machine: Machine,
  features: QemuFeatures,
  state: StateFiles,
): Promise<void> {
  const { firmware, kernel } = machine;
  const checks: Promise<readonly Fault[]>[] = [
    ...machine.disks.map((disk, index) => imageFaults(`disks[${index}]`, disk, !disk.readOnly)),
    ...machine.cdroms.map(({ file }, index) => fileFaults(`cdroms[${index}].file`, file)),
    ...machine.shares.map(({ directory }, index) =>
      directoryFaults(`shares[${index}].directory`, directory),
    ),
    ...machine.networks.map(async ({ backend }, index) =>
      backend.kind === "none"
        ? []
        : directoryFaults(`networks[${index}].backend.socketDirectory`, backend.socketDirectory),
    ),
    templateFaults(machine, features),
    lonelyMemoryFaults(machine, state),
  ];
  if (machine.floppy !== undefined) checks.push(fileFaults("floppy.file", machine.floppy.file));
  if (firmware.kind === "uefi") {
    checks.push(fileFaults("firmware.code", firmware.code));
    checks.push(fileFaults("firmware.vars", firmware.vars, constants.R_OK | constants.W_OK));
  }
  // A revived guest needs its kernel no more: machineArgv leaves it out.
  if (kernel !== undefined && !isRevived(machine)) {
    checks.push(fileFaults("kernel.kernel", kernel.kernel));
    checks.push(fileFaults("kernel.initrd", kernel.initrd));
  }
  if (machine.serialLog !== undefined) {
    checks.push(directoryFaults("serialLog", dirname(machine.serialLog)));
  }
  if (state.stateIn !== undefined) checks.push(stateFaults("stateIn", state.stateIn));
  if (state.stateOut !== undefined) checks.push(newFileFaults("stateOut", state.stateOut));
  const faults = (await Promise.all(checks)).flat();
  if (faults.length === 0) return;
  throw new QemuError({
    code: "QEMU_FILES_UNUSABLE",
    asked: `start the machine ${machine.name}`,
    happened: `files that it names can't be used:\n${formatFaults(faults)}`,
    hint: "make or correct the files named above",
    data: { faults },
  });
}

async function fileFaults(
  path: string,
  file: string,
  mode: number = constants.R_OK,
): Promise<readonly Fault[]> {
  try {
    await access(file, mode);
    if (!(await stat(file)).isDirectory()) return [];
    return [{ path, expected: "a file", value: file }];
  } catch (error) {
    const need = (mode & constants.W_OK) === 0 ? "readable" : "writable";
    return [{ path, expected: `a ${need} file`, value: file, hint: reason(error) }];
  }
}

/** A file to be made: its directory is there, it is not. */
async function newFileFaults(path: string, file: string): Promise<readonly Fault[]> {
  const missing = await access(file).then(
    () => false,
    () => true,
  );
  if (!missing) return [{ path, expected: "the name of a file that does not exist", value: file }];
  return directoryFaults(path, dirname(file));
}

async function directoryFaults(path: string, directory: string): Promise<readonly Fault[]> {
  try {
    if ((await stat(directory)).isDirectory()) return [];
    return [{ path, expected: "a directory", value: directory }];
  } catch (error) {
    return [{ path, expected: "a directory", value: directory, hint: reason(error) }];
  }
}

async function imageFaults(
  path: string,
  image: MachineDisk | MachineBacking,
  writable: boolean,
): Promise<readonly Fault[]> {
  const mode = writable ? constants.R_OK | constants.W_OK : constants.R_OK;
  const faults = [...(await fileFaults(`${path}.file`, image.file, mode))];
  if (faults.length === 0 && image.format === "qcow2") {
    const header = await readHeader(image.file);
    if (header.kind !== "qcow2") {
      const expected =
        header.kind === "dataElsewhere" ? "a qcow2 image that holds its own data" : "a qcow2 image";
      faults.push({ path: `${path}.file`, expected, value: image.file });
    } else if (header.hasBacking !== (image.backing !== undefined)) {
      faults.push({
        path: `${path}.backing`,
        expected: header.hasBacking
          ? "the file below, because the image has one"
          : "nothing, because the image has no backing file",
        value: image.backing,
      });
    }
  }
  if (image.backing === undefined) return faults;
  return [...faults, ...(await imageFaults(`${path}.backing`, image.backing, false))];
}

async function templateFaults(
  { memory, memoryBytes }: Machine,
  features: QemuFeatures,
): Promise<readonly Fault[]> {
  const path = "memory.file";
  if (memory.kind === "private") return [];
  if (memory.mode === "save") return newFileFaults(path, memory.file);
  // Without rom=off QEMU opens the template for writing, though `revive` never writes.
  const readOnly = memory.mode === "revive" && features.templateReadOnly;
  const mode = readOnly ? constants.R_OK : constants.R_OK | constants.W_OK;
  const faults = await fileFaults(path, memory.file, mode);
  if (faults.length > 0) return faults;
  const { size } = await stat(memory.file);
  if (size === memoryBytes) return [];
  return [{ path, expected: `a file of ${memoryBytes} bytes`, value: size }];
}

/** A machine that starts from its firmware would write over RAM that it is to go on with. */
async function lonelyMemoryFaults(
  { memory }: Machine,
  { stateIn }: StateFiles,
): Promise<readonly Fault[]> {
  if (memory.kind !== "template" || memory.mode !== "continue" || stateIn !== undefined) return [];
  return [{ path: "stateIn", expected: "the state that the RAM belongs to", value: stateIn }];
}

/** A saved state begins with this (QEMU's migration/savevm.c, QEMU_VM_FILE_MAGIC). */
const stateMagic = Buffer.from("QEVM");

async function stateFaults(path: string, file: string): Promise<readonly Fault[]> {
  const faults = await fileFaults(path, file);
  if (faults.length > 0) return faults;
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead === 4 && buffer.equals(stateMagic)) return [];
    return [{ path, expected: "a device state that QEMU saved", value: file }];
  } finally {
    await handle.close();
  }
}

function reason(error: unknown): string {
  return describeError(error);
}

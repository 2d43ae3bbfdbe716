import type { Machine } from "../machine/machine.ts";
import { qemuOption } from "./option.ts";

/** The device has no place on a bus: it is an ACPI table and 16 bytes of the guest's RAM. (docs/specs/vmgenid of QEMU) */
export function generationArgv({ generationId }: Machine): readonly string[] {
  if (generationId === undefined) return [];
  return ["-device", qemuOption("vmgenid", { id: "generation0", guid: generationId })];
}

import { QemuError } from "../errors.ts";
import { chipsetOf } from "../machine/machine.ts";
import type { QemuFeatures } from "./features.ts";

/**
 * The versioned name of a machine type: of an alias (`q35`, `pc`) the one it stands for in this QEMU, of a
 * versioned name itself.
 *
 * @throws {QemuError} `QEMU_MACHINE_TYPE_UNKNOWN`
 */
export function resolveMachineType(name: string, features: QemuFeatures): string {
  const found = findMachineType(name, features);
  if (found !== undefined) return found;
  const known = features.machineTypes.map((type) => type.name).filter((type) => chipsetOf(type));
  throw new QemuError({
    code: "QEMU_MACHINE_TYPE_UNKNOWN",
    asked: `find the machine type ${name}`,
    happened: `QEMU ${features.version} has no such PC`,
    hint: `use q35, pc or one of: ${known.toSorted().join(", ")}`,
    data: { name, known },
  });
}

/** As {@link resolveMachineType}, undefined where there is none. */
export function findMachineType(name: string, features: QemuFeatures): string | undefined {
  const type = features.machineTypes.find((each) => each.name === name || each.alias === name);
  return type !== undefined && chipsetOf(type.name) !== undefined ? type.name : undefined;
}

import type { QemuFeatures } from "../features/features.ts";
import type { Machine } from "../machine/machine.ts";
import { qemuOption } from "./option.ts";

/**
 * The machine's RAM: one backend, named `ram0` in every mode, because the saved state knows it by that name.
 * (docs/system/vm-templating of QEMU)
 */
export function memoryObject(machine: Machine, features: QemuFeatures): readonly string[] {
  const { memory } = machine;
  const size = `${machine.memoryBytes / 2 ** 20}M`;
  const base = { id: "ram0", size, dump: false };
  const object =
    memory.kind === "private"
      ? qemuOption("memory-backend-ram", base)
      : qemuOption("memory-backend-file", {
          ...base,
          "mem-path": memory.file,
          ...(memory.mode !== "revive"
            ? { share: true }
            : {
                share: false,
                // Without rom=off a read-only backend would be a ROM to the guest.
                ...(features.templateReadOnly ? { readonly: true, rom: "off" } : {}),
              }),
        });
  return ["-m", qemuOption(undefined, { size }), "-object", object];
}

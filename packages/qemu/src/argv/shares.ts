import { chipsetOf, type Machine } from "../machine/machine.ts";
import { qemuOption } from "./option.ts";
import { hex, pciBus, slots } from "./slots.ts";
import { virtioOptions } from "./virtio.ts";

/** Directories of the host that the guest may mount by 9p. */
export function sharesArgv(machine: Machine): readonly string[] {
  const bus = pciBus(chipsetOf(machine.machineType) ?? "q35");
  return machine.shares.flatMap((share, index) => [
    "-fsdev",
    qemuOption("local", {
      id: `fs${index}`,
      path: share.directory,
      security_model: "none",
      readonly: share.readOnly,
      // Several file systems below one directory must not lend the guest the same inode number twice.
      multidevs: "remap",
    }),
    "-device",
    qemuOption("virtio-9p-pci", {
      id: `share${index}`,
      fsdev: `fs${index}`,
      mount_tag: share.tag,
      bus,
      addr: hex(slots.share(index)),
      ...virtioOptions(machine),
    }),
  ]);
}

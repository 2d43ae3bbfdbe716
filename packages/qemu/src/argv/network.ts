import { chipsetOf, type Machine, type NetworkModel } from "../machine/machine.ts";
import { qemuOption } from "./option.ts";
import { hex, pciBus, slots } from "./slots.ts";
import { virtioOptions } from "./virtio.ts";

/** QEMU's device for each model. */
export const networkDevices: Readonly<Record<NetworkModel, string>> = {
  rtl8139: "rtl8139",
  e1000: "e1000",
  e1000e: "e1000e",
  "virtio-net": "virtio-net-pci",
  pcnet: "pcnet",
};

/** Network cards and what each is connected to. */
export function networkArgv(machine: Machine): readonly string[] {
  const bus = pciBus(chipsetOf(machine.machineType) ?? "q35");
  return machine.networks.flatMap((network, index) => {
    const netdev = `${network.id}-net`;
    const { backend } = network;
    return [
      ...(backend.kind === "vde"
        ? ["-netdev", qemuOption("vde", { id: netdev, sock: backend.socketDirectory })]
        : []),
      "-device",
      qemuOption(networkDevices[network.model], {
        id: network.id,
        ...(backend.kind === "vde" ? { netdev } : {}),
        mac: network.mac,
        bus,
        addr: hex(slots.network(index)),
        // QEMU announces the card after a revival; the guest, asked to do so as well, would be busy with that first.
        ...(network.model === "virtio-net"
          ? { guest_announce: "off", ...virtioOptions(machine) }
          : {}),
        // No boot from the network: no boot ROM to load, and none in the saved state.
        romfile: "",
      }),
    ];
  });
}

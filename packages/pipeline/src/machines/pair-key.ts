import { controllerMachine } from "@winvm/controller/machine";
import { HARDWARE_RECIPE } from "@winvm/qemu/hardware-recipe";
import type { GuestProfile } from "@winvm/unattend";
import { keyOf } from "../store/keys.ts";

/** Pure: changes with the hardware of a pair, apart from what the host's QEMU and accelerator decide. */
export function pairKey({ hardware }: GuestProfile): string {
  const controller = controllerMachine({
    image: { kernel: "", initrd: "" },
    name: "",
    machineType: "q35",
    accelerator: "tcg",
    shares: [],
    publicKey: "",
    memory: { kind: "private" },
    rtcBase: hardware.rtcBase,
  });
  return keyOf({ recipe: HARDWARE_RECIPE, hardware, controller });
}

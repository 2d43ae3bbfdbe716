import type { Machine } from "../machine/machine.ts";

/** What each virtio device on the PCI bus is told beside its own options. */
export function virtioOptions({ accelerator, lean }: Machine): {
  readonly ioeventfd?: false;
  readonly "disable-modern"?: true;
} {
  return {
    // For KVM a descriptor saves an exit. An emulated processor is no guest of KVM's: it would only wake another thread, and
    // then wait for that thread's lock.
    ...(accelerator === "tcg" ? { ioeventfd: false } : {}),
    // The interface of virtio 0.9 alone is one region of addresses in place of five (virtio 1.2, 4.1.4.10).
    ...(lean === true ? { "disable-modern": true } : {}),
  };
}

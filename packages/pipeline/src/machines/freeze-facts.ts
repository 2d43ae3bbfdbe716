import type { FreezeReport } from "@winvm/qemu";

/** What was measured of a freeze. A state that was made before this was measured lacks all but the first. */
export interface FreezeFacts {
  /** Milliseconds between the two stops. */
  readonly stopSkewMs: number;
  /** Milliseconds from the first stop until the last device state was complete. */
  readonly stoppedMs?: number | undefined;
  /** The sizes of the device states. */
  readonly deviceBytes?: { readonly guest: number; readonly controller: number } | undefined;
}

/** Pure: the facts of a freeze of guest and controller, in this order. */
export function freezeFacts({ skewMs, stoppedMs, saves }: FreezeReport): FreezeFacts {
  const [guest, controller] = saves;
  if (guest === undefined || controller === undefined) throw new TypeError("a pair has two saves");
  return {
    stopSkewMs: skewMs,
    stoppedMs,
    deviceBytes: { guest: guest.bytes, controller: controller.bytes },
  };
}

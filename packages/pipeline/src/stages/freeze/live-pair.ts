import type { Controller } from "@winvm/controller";
import type { RunningMachine } from "@winvm/qemu";
import type { Share } from "@winvm/xchg";

/** Both machines at work. */
export interface Machines {
  readonly guestVm: RunningMachine;
  readonly controllerVm: RunningMachine;
}

/** A pair that the host talks to. */
export interface LivePair extends Machines {
  readonly controller: Controller;
  /** In the order of the devices. */
  readonly shares: readonly Share[];
}

/** Does work that needs both machines; the end of either ends it. */
export type WhileBothAlive = <T>(
  asked: string,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/** For work that needs both machines of a pair. */
export function whileBothAlive(
  { guestVm, controllerVm }: Machines,
  signal: AbortSignal | undefined,
): WhileBothAlive {
  return (asked, timeoutMs, work) =>
    controllerVm.process.whileAlive(
      asked,
      (inner) => guestVm.process.whileAlive(asked, work, { signal: inner }),
      { signal, timeoutMs },
    );
}

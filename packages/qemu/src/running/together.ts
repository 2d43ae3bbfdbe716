import type { WaitOptions } from "@winvm/runtime";
import type { RunningMachine, SaveReport } from "./running-machine.ts";

/** How close to each other several machines stopped. */
export interface PauseReport {
  /** Milliseconds between the first and the last to stop, by the times in QEMU's STOP events. */
  readonly skewMs: number;
}

/**
 * Pauses several machines at (nearly) one instant: all are told before any is waited for, so a TCP connection
 * between them sees no more than a lost frame. When one can't be paused, none stays paused.
 *
 * @throws what {@link RunningMachine.pause} throws, of the first that failed
 */
export async function pauseTogether(
  machines: readonly RunningMachine[],
  wait: WaitOptions = {},
): Promise<PauseReport> {
  const stopped: number[] = [];
  const forget = machines.map((machine) =>
    machine.qmp.on("STOP", ({ timestamp }) => {
      stopped.push(timestamp.seconds * 1000 + timestamp.microseconds / 1000);
    }),
  );
  try {
    const results = await Promise.allSettled(machines.map((machine) => machine.pause(wait)));
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) {
      const paused = machines.filter((_, index) => results[index]?.status === "fulfilled");
      await Promise.allSettled(paused.map((machine) => machine.resume(wait)));
      throw failed.reason;
    }
  } finally {
    for (const each of forget) each();
  }
  return { skewMs: stopped.length < 2 ? 0 : Math.max(...stopped) - Math.min(...stopped) };
}

/**
 * Saves several paused machines at the same time.
 *
 * @throws what {@link RunningMachine.save} throws, of the first that failed, after all have come to an end
 */
export async function saveTogether(
  machines: readonly RunningMachine[],
  wait: WaitOptions = {},
): Promise<readonly SaveReport[]> {
  const results = await Promise.allSettled(machines.map((machine) => machine.save(wait)));
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** Lets several machines run on, all told before any is waited for. */
export async function resumeTogether(
  machines: readonly RunningMachine[],
  wait: WaitOptions = {},
): Promise<void> {
  await Promise.all(machines.map((machine) => machine.resume(wait)));
}

import type { WaitOptions } from "@winvm/runtime";
import type { RunningMachine, SaveReport } from "./running-machine.ts";

/** How close to each other several machines stopped. */
export interface PauseReport {
  /** Milliseconds between the first and the last to stop, by the times in QEMU's STOP events. */
  readonly skewMs: number;
  /** When the first one stopped, in milliseconds since 1970, by the same times. */
  readonly stoppedAtMs: number;
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
  // A machine that stood still before tells of no stop.
  const stoppedAtMs = stopped.length === 0 ? Date.now() : Math.min(...stopped);
  return { skewMs: Math.max(stoppedAtMs, ...stopped) - stoppedAtMs, stoppedAtMs };
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

/** How several machines were frozen. */
export interface FreezeReport extends PauseReport {
  /** Milliseconds from the first stop until the last device state was complete. */
  readonly stoppedMs: number;
  /** In the machines' order. */
  readonly saves: readonly SaveReport[];
}

/**
 * Stops several machines at (nearly) one instant and saves them; what can be done before the stop is done before it.
 *
 * @throws what {@link RunningMachine.pause} and {@link RunningMachine.save} throw; a machine whose save is refused ahead of
 *   the stop leaves all of them running
 */
export async function freezeTogether(
  machines: readonly RunningMachine[],
  wait: WaitOptions = {},
): Promise<FreezeReport> {
  await Promise.all(machines.map((machine) => machine.prepareSave(wait)));
  const paused = await pauseTogether(machines, wait);
  const saves = await saveTogether(machines, wait);
  const completedAtMs = Math.max(...saves.map((save) => save.completedAtMs));
  return { ...paused, saves, stoppedMs: Math.max(0, completedAtMs - paused.stoppedAtMs) };
}

/** Lets several machines run on, all told before any is waited for. */
export async function resumeTogether(
  machines: readonly RunningMachine[],
  wait: WaitOptions = {},
): Promise<void> {
  await Promise.all(machines.map((machine) => machine.resume(wait)));
}

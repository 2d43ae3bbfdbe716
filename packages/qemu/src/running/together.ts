import { setTimeout as sleep } from "node:timers/promises";
import { withDeadline, type WaitOptions } from "@winvm/runtime";
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
  /**
   * Milliseconds for which they stood still before, at moments that were missed: by so much a clock that stands still with
   * its machine is behind what was known of it.
   */
  readonly stoodMs: number;
  /** In the machines' order. */
  readonly saves: readonly SaveReport[];
}

/** When several machines are to stop: at one of several moments that are equally good. */
export interface StopMoment {
  /**
   * The first of them that is not before a time; milliseconds since 1970, both, as if the machines had not stood still at
   * moments that were missed.
   */
  readonly next: (fromMs: number) => number;
  /** How many milliseconds after it the last machine may stop. */
  readonly toleranceMs: number;
}

/** How several machines are frozen. */
export interface FreezeOptions extends WaitOptions {
  /** At once when absent. A moment that was missed again and again is taken as it is: this fails no freeze. */
  readonly moment?: StopMoment | undefined;
}

/** After so many moments that were missed there is no more waiting. */
const mostMissed = 5;

/** A moment that is nearer than this, in milliseconds, can't be waited for. */
const shortestWaitMs = 2;

/**
 * Stops several machines at (nearly) one instant and saves them; what can be done before the stop is done before it.
 *
 * @throws what {@link RunningMachine.pause} and {@link RunningMachine.save} throw; a machine whose save is refused ahead of
 *   the stop leaves all of them running
 */
export async function freezeTogether(
  machines: readonly RunningMachine[],
  { moment, ...wait }: FreezeOptions = {},
): Promise<FreezeReport> {
  await Promise.all(machines.map((machine) => machine.prepareSave(wait)));
  const paused =
    moment === undefined
      ? { ...(await pauseTogether(machines, wait)), stoodMs: 0 }
      : await pauseAt(moment, machines, wait);
  const saves = await saveTogether(machines, wait);
  const completedAtMs = Math.max(...saves.map((save) => save.completedAtMs));
  return { ...paused, saves, stoppedMs: Math.max(0, completedAtMs - paused.stoppedAtMs) };
}

/** Pauses at a moment; whoever has missed it runs on until the next. */
async function pauseAt(
  { next, toleranceMs }: StopMoment,
  machines: readonly RunningMachine[],
  wait: WaitOptions,
): Promise<PauseReport & Pick<FreezeReport, "stoodMs">> {
  let stoodMs = 0;
  for (let missed = 0; ; missed += 1) {
    const moment = next(Date.now() + shortestWaitMs - stoodMs) + stoodMs;
    await withDeadline(
      "wait for the moment of the stop",
      (signal) => sleep(moment - Date.now(), undefined, { signal }),
      wait,
    );
    const paused = await pauseTogether(machines, wait);
    const lateMs = paused.stoppedAtMs + paused.skewMs - moment;
    if (lateMs <= toleranceMs || missed === mostMissed) return { ...paused, stoodMs };
    await resumeTogether(machines, wait);
    stoodMs += Date.now() - paused.stoppedAtMs;
  }
}

/** Lets several machines run on, all told before any is waited for. */
export async function resumeTogether(
  machines: readonly RunningMachine[],
  wait: WaitOptions = {},
): Promise<void> {
  await Promise.all(machines.map((machine) => machine.resume(wait)));
}

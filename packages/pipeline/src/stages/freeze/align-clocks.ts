import { setTimeout as sleep } from "node:timers/promises";
import type { Controller } from "@winvm/controller";
import { controllerClock, guestClock, type ClockShell } from "./clock-shell.ts";
import { offsetOf, type ClockOffset } from "./clock-offset.ts";

/** Questions for one clock: the first answers are slow under emulation, where their code is not translated yet. */
const questions = 8;

/** How often the controller's clock is set, each time with what was learned of the way there. */
const mostSettings = 6;

/** By how many milliseconds the two clocks may differ: so that it is set no more, and so that both can be at a second's beginning. */
const goodMs = 20;
const passableMs = 150;

/** The first guess how long it takes from the host's word to the controller's new time, and the most that is believed. */
const firstLeadMs = 20;
const mostLeadMs = 500;

/** The two clocks of a pair, beside the host's. */
export interface PairClocks {
  readonly guest: ClockOffset;
  /** Absent where it could not be set. */
  readonly controller?: ClockOffset | undefined;
}

/**
 * Sets the controller's clock to the guest's, which is left alone: Samba writes the one into the times of files, and
 * programs see the other.
 *
 * @returns `undefined` where the guest's time is not known well enough.
 * @throws Error where one of them tells no time; errors of `@winvm/controller`.
 */
export async function alignClocks(
  controller: Controller,
  signal: AbortSignal,
): Promise<PairClocks | undefined> {
  const guest = await guestOffset(controller, signal);
  if (guest === undefined) return undefined;
  await using clock = controllerClock(controller, signal);
  let leadMs = firstLeadMs;
  for (let setting = 1; setting <= mostSettings; setting += 1) {
    const aheadMs = middle(guest);
    // Its clock can be set to whole seconds only: it is told when one begins.
    const second = Math.ceil((Date.now() + aheadMs + leadMs) / 1000);
    await sleep(second * 1000 - aheadMs - leadMs - Date.now(), undefined, { signal });
    await clock.ask(second);
    const own = await offsetBy(clock);
    if (own === undefined) continue;
    const lateMs = aheadMs - middle(own);
    const limitMs = setting === mostSettings ? passableMs : goodMs;
    if (Math.abs(lateMs) <= limitMs) return { guest, controller: own };
    leadMs = Math.min(mostLeadMs, Math.max(0, leadMs + lateMs));
  }
  return { guest };
}

async function guestOffset(
  controller: Controller,
  signal: AbortSignal,
): Promise<ClockOffset | undefined> {
  await using clock = guestClock(controller, signal);
  return await offsetBy(clock);
}

async function offsetBy(clock: ClockShell): Promise<ClockOffset | undefined> {
  const readings = [];
  for (let question = 0; question < questions; question += 1) readings.push(await clock.ask());
  return offsetOf(readings);
}

function middle({ leastMs, mostMs }: ClockOffset): number {
  return (leastMs + mostMs) / 2;
}

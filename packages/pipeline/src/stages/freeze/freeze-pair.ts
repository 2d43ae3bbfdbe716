import { setTimeout } from "node:timers/promises";
import type { Controller } from "@winvm/controller";
import { freezeTogether } from "@winvm/qemu";
import { exchangePlace, standbyScript, type Share } from "@winvm/xchg";
import { freezeFacts, type FreezeFacts } from "../../machines/freeze-facts.ts";
import type { Tell } from "../stage.ts";
import { alignClocks, type PairClocks } from "./align-clocks.ts";
import { wholeSecond } from "./clock-offset.ts";
import { whileBothAlive, type LivePair, type WhileBothAlive } from "./live-pair.ts";
import type { StateFacts } from "./state-facts.ts";

/**
 * How long nothing happens before the freeze, so that what idles away afterwards is not the first thing that every revival
 * does: the threads of smbd's pool end after one second (`pthreadpool` of Samba), TCP's delayed work sooner.
 */
const QUIET_MS = 2500;

/** What the freeze tells of a pair. */
export type FrozenPair = FreezeFacts &
  Pick<StateFacts, "guestArgv" | "controllerArgv" | "ident" | "tags" | "frozenClockMs">;

/** How a pair is frozen. */
export interface FreezeOptions {
  /** The command that stands by in the guest. */
  readonly standing: string;
  readonly tell: Tell;
  readonly signal: AbortSignal | undefined;
}

/**
 * Freezes a pair that has passed its checks: gives it one clock, lets go of it, stops and saves both machines where a second
 * begins, ends them.
 */
export async function freezePair(
  pair: LivePair,
  { standing, tell, signal }: FreezeOptions,
): Promise<FrozenPair> {
  const { guestVm, controllerVm, controller, shares } = pair;
  const bothAlive = whileBothAlive(pair, signal);
  tell("freeze both machines");
  // First of all: whoever is asked later would undo something of what is made ready below.
  const clocks = await clocksOf(controller, bothAlive, signal);
  if (clocks === undefined) {
    tell("freeze both machines", { detail: "anywhere in a second: the guest's time is not known" });
  }
  // The runner that is to stand by reads all programs of the guest's PATH: half a minute where the host has much to do.
  const ident = await bothAlive("make the pair ready for the freeze", 300_000, () =>
    letGo(controller, shares, standing),
  );
  await bothAlive("wait until the pair is quiet", 60_000, (inner) =>
    setTimeout(QUIET_MS, undefined, { signal: inner }),
  );
  const frozen = await freezeTogether([guestVm, controllerVm], {
    signal,
    timeoutMs: 120_000,
    moment: clocks && wholeSecond([clocks.guest, clocks.controller ?? clocks.guest]),
  });
  const argv = {
    guestArgv: guestVm.process.command,
    controllerArgv: controllerVm.process.command,
  };
  await Promise.all([guestVm.kill(), controllerVm.kill()]);
  return {
    ...argv,
    ident,
    tags: shares.map(({ tag }) => tag),
    ...freezeFacts(frozen),
    frozenClockMs: clocks && Math.round(frozen.stoppedAtMs - frozen.stoodMs + clocks.guest.leastMs),
  };
}

/** A pair whose clocks can't be told is frozen all the same. */
async function clocksOf(
  controller: Controller,
  bothAlive: WhileBothAlive,
  signal: AbortSignal | undefined,
): Promise<PairClocks | undefined> {
  try {
    return await bothAlive("read both clocks", 60_000, (inner) => alignClocks(controller, inner));
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

/** A mounted 9p file system blocks the save, and the host's SSH connection would be half a connection. */
async function letGo(
  controller: Controller,
  shares: readonly Share[],
  standing: string,
): Promise<string> {
  await controller.unmountShares(shares.map(({ tag }) => tag));
  const place = `/srv/${exchangePlace.tag}/io`;
  const made = await controller.exec(["sh", "-c", `cd ${place} && ${standbyScript()}`]);
  if (made.code !== 0) throw new Error(`${place} can't be prepared: ${made.stderr}`);
  return (await controller.detach({ standing })).ident;
}

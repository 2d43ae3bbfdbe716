import type { Architecture, Firmware } from "@winvm/unattend";
import type { RecordedNeeds } from "../../clone/fingerprint.ts";
import type { FreezeFacts } from "../../machines/freeze-facts.ts";
import type { SealedFacts } from "../seal-gate.ts";

/** What a state needs to be revived; its manifest's facts. */
export interface StateFacts extends FreezeFacts {
  readonly guest: string;
  readonly architecture: Architecture;
  readonly firmware: Firmware;
  readonly imageKey: string;
  readonly controllerKey: string;
  readonly qemuVersion: string;
  readonly qemuBinary: string;
  readonly accelerator: "kvm" | "tcg";
  readonly cpu: string;
  readonly guestMachineType: string;
  readonly controllerMachineType: string;
  /** The guest's; absent in older states, which have the catalogue's. */
  readonly memoryBytes?: number | undefined;
  readonly cpus?: number | undefined;
  /** The line with which the controller's waiting sshd has already greeted. */
  readonly ident: string;
  /** What the checks before the freeze saw: the clock, the connections. */
  readonly sealed: SealedFacts;
  /**
   * What the guest's clock showed when it was stopped, in milliseconds since 1970, or a little less; absent in older states,
   * and where the guest did not tell.
   */
  readonly frozenClockMs?: number | undefined;
  /** 9p tags in the order of the devices. */
  readonly tags: readonly string[];
  /** Bytes of the RAM files that were zeros, and are holes now; absent in older states. */
  readonly holesDugBytes?: number | undefined;
  readonly guestArgv: readonly string[];
  readonly controllerArgv: readonly string[];
  /** What the command lines do not say; absent in older states. */
  readonly needs?: RecordedNeeds | undefined;
}

/** The user id of the Samba account: the host user's, so that files belong to the right one; never root's. */
export function accountUid(): number {
  const uid = process.getuid?.() ?? 1000;
  return uid === 0 ? 1000 : uid;
}

import type { SetupSystem } from "./system.ts";

/** What the host tells the reference guest when it plays another Windows. */
export interface RehearsalOrder {
  readonly system: SetupSystem;
  /** Of the media that are played: `x86`, `amd64`. */
  readonly architecture: string;
  /** How often this Setup starts the machine again before the first logon: 1 or 2. */
  readonly restarts: number;
}

/** The name under which the order lies in QEMU's firmware configuration. */
export const REHEARSAL_NAME = "opt/winvm/rehearse";

/** Where Linux shows it. */
export const REHEARSAL_FILE: string = `/sys/firmware/qemu_fw_cfg/by_name/${REHEARSAL_NAME}/raw`;

/** The order as text. */
export function writeRehearsal({ system, architecture, restarts }: RehearsalOrder): string {
  return JSON.stringify({ system, architecture, restarts });
}

/** Reads {@link writeRehearsal}'s text. */
export function readRehearsal(text: string): RehearsalOrder {
  return JSON.parse(text) as RehearsalOrder;
}

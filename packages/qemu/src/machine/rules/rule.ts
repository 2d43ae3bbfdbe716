import { inspect } from "node:util";
import type { Fault } from "@winvm/runtime";
import type { QemuFeatures } from "../../features/features.ts";
import type { Chipset, Machine } from "../machine.ts";

/** What a rule looks at. */
export interface RuleInput {
  readonly machine: Machine;
  readonly features: QemuFeatures;
  /** The chipset of the machine type; q35 where the type is not known. */
  readonly chipset: Chipset;
}

/** One concern of validation. */
export type Rule = (input: RuleInput) => Iterable<Fault>;

/** An id of QEMU that also fits as a stem of block node names, which hold 31 bytes. */
export const idPattern: RegExp = /^[a-z][a-z0-9-]{0,15}$/;

/** Ids and node names that the command line uses itself. */
export const reservedIds: ReadonlySet<string> = new Set([
  "ahci0",
  "com1",
  "display0",
  "fdc0",
  "floppy0",
  "fw-code",
  "fw-vars",
  "generation0",
  "ide9",
  "qmp",
  "ram0",
  "scsi0",
  "serial0",
  "usb0",
  "vser0",
]);

export function* nonEmptyText(path: string, value: unknown, expected: string): Iterable<Fault> {
  if (typeof value !== "string" || value === "" || value.includes("\0")) {
    yield { path, expected, value };
  }
}

export function* idFaults(path: string, id: string, taken: Set<string>): Iterable<Fault> {
  if (!idPattern.test(id) || reservedIds.has(id) || /^(?:port|share|fs)\d+$/.test(id)) {
    yield {
      path,
      expected:
        "a lower-case letter, then at most 15 letters, digits or dashes; not a reserved name",
      value: id,
    };
  }
  if (taken.has(id)) yield { path, expected: "an id that no other device has", value: id };
  taken.add(id);
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  return inspect(value, { breakLength: Infinity, maxStringLength: 60 });
}

import type { GuestRequest } from "@winvm/pipeline";
import type { Fault } from "@winvm/runtime";
import { parseSize, sizeForm } from "./size.ts";

/** The resources of the guest, as typed. */
export interface TypedResources {
  readonly memory?: string;
  readonly cpus?: string;
}

/** The part of a request that says how big the guest is; what is wrong is added to `faults`. */
export function resourceRequest(
  { memory, cpus }: TypedResources,
  faults: Fault[],
): Pick<GuestRequest, "memoryBytes" | "cpus"> {
  const memoryBytes = memory === undefined ? undefined : parseSize(memory);
  if (memory !== undefined && memoryBytes === undefined)
    faults.push({ path: "--memory", expected: sizeForm, value: memory });
  const count = cpus === undefined || !/^[1-9]\d{0,3}$/.test(cpus) ? undefined : Number(cpus);
  if (cpus !== undefined && count === undefined)
    faults.push({ path: "--cpus", expected: "a whole number from 1", value: cpus });
  return {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(count === undefined ? {} : { cpus: count }),
  };
}

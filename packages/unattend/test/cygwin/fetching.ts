import type { Fault } from "@winvm/runtime";
import { expect } from "vitest";
import { fetchCygwin } from "../../src/index.ts";
import type { FetchCygwinOptions, UnattendError } from "../../src/index.ts";

/** Not patient: what is to be seen comes at once. */
const quick = { retryDelayMs: 1, attempts: 3, idleTimeoutMs: 2000 } as const;

/** Fetches as `fetchCygwin` does, without patience. */
export function fetchTo(directory: string, mirror: string, more: Partial<FetchCygwinOptions> = {}) {
  return fetchCygwin({ mirror, directory, ...quick, ...more });
}

/** The error of this code that something ends with. */
export async function refusal(work: Promise<unknown>, code: string): Promise<UnattendError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code });
  return error as UnattendError;
}

/** What an error tells of. */
export function faultsOf({ data }: UnattendError): readonly Fault[] {
  return data["faults"] as Fault[];
}

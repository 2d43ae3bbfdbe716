import { traced } from "@winvm/runtime";

/** A step of a revival, as the trace shows it. */
export function revivalStep<T>(
  name: string,
  work: () => Promise<T>,
  details?: Readonly<Record<string, unknown>>,
): Promise<T> {
  return traced(() => ({ group: "winvm", lane: "revival", name, details }), work);
}
